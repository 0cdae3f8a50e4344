-- One row a verdict row of the first so many for which the condition holds. Parameters: courses, most.
create temp table {p}first_{list} as
select
    r.*,
    '{list}' as list,
    row_number() over (order by {order}) as turn
from (
{rows}
) as r
left join {p}course as k on k.course_id = r.course_id
join {p}place as s
    on s.school = coalesce(k.school, '{gone}') and s.calendar is not distinct from k.calendar
left join section as n on n.section_id = r.section_id
where (r.course_id is null or list_contains($courses::bigint[], r.course_id))
    and {condition}
qualify turn <= $most
