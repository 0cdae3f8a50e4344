-- One row a course and district-defined field whose value differs from the course master's; no row counts as null.
select
    coalesce(c.course_id, m.course_id) as course_id,
    'custom.' || coalesce(c.field, m.field) as field,
    {master_value} as master_value,
    {course_value} as course_value
from (
    select t.course_id, f.field, f.value
    from {p}target_course as t
    join custom_field as f on f.level = 'course' and f.owner_id = t.course_id
) as c
full join (
    select t.course_id, f.field, f.value
    from {p}target_course as t
    join custom_field as f on f.level = 'master' and f.owner_id = t.master_id
) as m on m.course_id = c.course_id and m.field = c.field
where c.value is distinct from m.value
