-- One row a course with a course master, and its catalog: what the audit looks at.
create temp table {p}target_course as
select
    k.course_id,
    c.calendar_id,
    c.master_id,
    c.is_cross_site,
    c.ignore_master_push,
    m.catalog_id,
    m.number as master_number,
    m.is_active as master_is_active
from {p}course as k
join course as c on c.course_id = k.course_id
join course_master as m on m.master_id = c.master_id
