-- One row a course whose new number another course of its calendar would have (RULES.md 4.1): assume that
-- every number goes through, fail those that collide, and repeat with the numbers that then come back.
with recursive changing as (
    select t.course_id, t.calendar_id, c.number as old_number, m.number as new_number
    from {p}target_course as t
    join course as c on c.course_id = t.course_id
    join course_master as m on m.master_id = t.master_id
    where {goes} and c.number is distinct from m.number
), assumed as (
    select c.course_id, c.calendar_id, coalesce(n.new_number, c.number) as number
    from course as c
    left join changing as n on n.course_id = c.course_id
), failed as (
    select n.course_id
    from changing as n
    join assumed as other on other.calendar_id = n.calendar_id and other.number = n.new_number
    where other.course_id <> n.course_id
    union
    select n.course_id
    from failed as f
    join changing as back on back.course_id = f.course_id
    join changing as n on n.calendar_id = back.calendar_id and n.new_number = back.old_number
    where n.course_id <> back.course_id
)
select course_id from failed
