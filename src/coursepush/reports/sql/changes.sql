-- One row a school, calendar, level, data type and verdict that writes: how many rows.
with counted as (
    select
        k.catalog,
        k.year,
        k.school,
        k.calendar,
        case r.hop when 1 then 'course' else 'section' end as level,
        r.element,
        r.verdict,
        count(*) as rows,
        count(distinct r.course_id) as courses,
        count(distinct r.section_id) as sections
    from ({source}) as r
    join {p}course as k on k.course_id = r.course_id
    where {written}
    group by all
)
select *
from counted
order by catalog nulls last, year, school, calendar, level, {element_order}, verdict
