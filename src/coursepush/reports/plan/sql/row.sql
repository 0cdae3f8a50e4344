-- One row a verdict row of a plan but `same`: its place, what becomes of it, and who made it.
create temp table {p}row as
select
    r.hop,
    r.element,
    r.fate,
    r.made_by,
    r.reason,
    r.verdict,
    r.course_id,
    r.section_id,
    coalesce(k.school, '{gone}') as school,
    k.calendar,
    {is_written} as is_written,
    coalesce(r.reason = 'duplicate_number', false) as is_number
from (
{rows}
) as r
left join {p}course as k on k.course_id = r.course_id
