-- One row a course or section that goes, as it is called.
insert into district.push.removed
    (refresh_id, level, id, course_id, school, calendar, course_number, course_name, section_number)
with course_of as (
    select
        c.course_id,
        coalesce(h.name, h.number, 'school ' || h.school_id) as school,
        k.name as calendar,
        c.number as course_number,
        c.name as course_name
    from district.main.course as c
    join district.main.calendar as k on k.calendar_id = c.calendar_id
    join district.main.school as h on h.school_id = k.school_id
)
select {refresh_id}, 'course', c.course_id, c.course_id, c.school, c.calendar, c.course_number, c.course_name, null
from course_of as c
anti join {courses} as n on n.course_id = c.course_id
union all
select
    {refresh_id}, 'section', s.section_id, s.course_id, c.school, c.calendar, c.course_number, c.course_name, s.number
from district.main.section as s
join course_of as c on c.course_id = s.course_id
anti join {sections} as n on n.section_id = s.section_id
order by 2, 3
