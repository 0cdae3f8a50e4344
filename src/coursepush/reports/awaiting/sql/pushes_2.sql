-- One row a calendar with something that a push of courses would write: whom it is about there; `is_part`: not all
-- courses of the calendar were asked for. A name is null where a push could not tell by it what is meant.
-- Parameter: elements (null: all).
with named_course as (
    select course_id, case when count(*) over (partition by calendar_id, number) = 1 then number end as name
    from course
), named_calendar as (
    select calendar_id, case when count(*) over (partition by name) = 1 then name end as name
    from calendar
)
select
    any_value(g.name) as name,
    c.calendar_id as id,
    list_sort(list(distinct n.name) filter (n.name is not null)) as courses,
    list_sort(list(distinct n.course_id) filter (n.name is null)) as course_ids,
    list_sort(list(distinct s.section_id)) as section_ids,
    list(distinct s.section_number) as sections,
    any_value(c.calendar_id in (
        select o.calendar_id
        from course as o
        where o.course_id not in (select course_id from {p}course)
    )) as is_part
from {p}written as w
join {p}course as k on k.course_id = w.course_id
join {p}section as s on s.section_id = w.section_id
join course as c on c.course_id = w.course_id
join named_course as n on n.course_id = w.course_id
join named_calendar as g on g.calendar_id = c.calendar_id
where {asked} and {within:elements w.element}
group by k.year, k.school, k.calendar, c.calendar_id
order by k.year, k.school, k.calendar, c.calendar_id
