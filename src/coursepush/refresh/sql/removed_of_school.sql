-- One row a school and level: how many courses, sections and rows of setup it has, and how many of them would go. A
-- course master's setup is no school's.
with place as (
    select c.course_id, h.school_id, coalesce(h.name, h.number, 'school ' || h.school_id) as school
    from district.main.course as c
    join district.main.calendar as k on k.calendar_id = c.calendar_id
    join district.main.school as h on h.school_id = k.school_id
), of_section as (
    select s.section_id, p.school_id, p.school
    from district.main.section as s
    join place as p on p.course_id = s.course_id
), counted as (
    {selects}
)
select level, school, count(*) as held, count_if(is_gone) as gone
from counted
group by level, school_id, school
having count_if(is_gone) > 0
order by level, gone desc, school nulls first
