-- One row a course that is called so, and how many there are. Parameters: courses, calendars (null: all).
select
    c.course_id,
    null::bigint as section_id,
    c.number || ', ' || k.name || ' (id ' || c.course_id || ')' as called,
    count(*) over () as courses
from course as c
join calendar as k on k.calendar_id = c.calendar_id
where {within:courses c.course_id}
    and {within:calendars k.calendar_id}
order by k.end_year desc, k.name, c.number, c.course_id
limit {shown}
