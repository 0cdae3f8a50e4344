-- One row a course that has a course master: its status, and what that follows from.
select
    {place},
    c.master_number,
    m.name as master_name,
    s.status,
    c.ignore_master_push,
    c.master_is_active,
    s.broken,
    s.local,
    s.residual,
    s.elements,
    s.stays,
    s.stays_unknown,
    s.not_known,
    c.is_reached,
    k.course_id,
    c.master_id
from {p}target_course as c
join {p}course as k on k.course_id = c.course_id
join {p}status as s on s.course_id = c.course_id
join course_master as m on m.master_id = c.master_id
where {asked}
order by {in_order}
