-- One verdict a course, or course and element, that is skipped whole (RULES.md 4 and 5).
select 1 as hop, '*' as element, whole as reason, course_id
from {p}scope_course
where whole is not null
union all
select 1 as hop, e.element, e.reason, c.course_id
from {p}target_course as c
cross join (values {elements}) as e (element, reason)
where e.element is not null
union all
select 2 as hop, '*' as element, 'cross_site' as reason, course_id
from {p}target_course
where is_cross_site and {hop2_runs}
