-- One row a section that is called so, and how many there are. Parameters: id and number (both null: every section),
-- courses, calendars (null: all).
select
    s.course_id,
    s.section_id,
    c.number || ', ' || k.name || ', section ' || coalesce(s.number, 'without a number')
        || ' (id ' || s.section_id || ')' as called,
    count(*) over () as sections
from section as s
join course as c on c.course_id = s.course_id
join calendar as k on k.calendar_id = c.calendar_id
where (($id::bigint is null and $number::varchar is null) or s.section_id = $id or s.number = $number)
    and {within:courses c.course_id}
    and {within:calendars k.calendar_id}
order by k.end_year desc, k.name, c.number, s.number, s.section_id
limit {shown}
