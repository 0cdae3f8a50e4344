-- One row a school and calendar that a push would write on, and how much. Parameter: elements (null: all).
select
    k.school,
    k.calendar,
    count(distinct w.course_id) as courses,
    count(distinct w.section_id) as sections,
    count(*) as writes
from {p}written as w
join {p}course as k on k.course_id = w.course_id
left join {p}reach as a on a.course_id = w.course_id
left join {p}section as s on s.section_id = w.section_id
where {asked} and {within:elements w.element}
group by k.school, k.calendar
order by k.school, k.calendar
