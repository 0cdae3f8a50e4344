-- One row a school, calendar, level and data type: how many rows both plans write alike.
with counted as (
    select k.school, k.calendar, r.level, r.element, count(*) as rows
    from {p}place as r
    left join {p}course as k on k.course_id = r.course_id
    where r.difference = 'same'
    group by k.school, k.calendar, r.level, r.element
)
select *
from counted
order by school nulls last, calendar, level, {element_order}
