-- One row a verdict row of a plan but `same`: its place, and what it means to a reader of the page.
create temp table {p}row as
select
    r.hop,
    r.element,
    r.verdict,
    r.reason,
    r.course_id,
    r.section_id,
    coalesce(k.school, '{gone}') as school,
    k.calendar,
    {is_written} as is_written,
    coalesce({is_could_not}, false) as is_could_not,
    r.verdict in ('keep', 'skip', 'fail') and not coalesce({is_could_not}, false) as is_left,
    coalesce({is_lost}, false) as is_lost,
    coalesce({is_residual}, false) as is_residual,
    r.verdict = 'rename' as is_renamed,
    coalesce(r.reason = 'duplicate_number', false) as is_number
from (
{rows}
) as r
left join {p}course as k on k.course_id = r.course_id
