-- One row a course whose attributes this push writes: all of them, as they stand before and after.
insert into push.history_course (push_id, course_id, {columns})
select $push_id, c.course_id, {before}, {after}
from course as c
join (
    -- one row a course: of each attribute whether it is written, and as what
    select
        course_id,
        {written}
    from {fields}
    where verdict = 'update' and not starts_with(field, 'custom.')
    group by course_id
) as w on w.course_id = c.course_id
order by c.course_id
