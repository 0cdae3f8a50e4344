-- One row a value, or row of setup, that a locked push would write on a course.
select
    r.*,
    n.element,
    n.place,
    n.field
from {p}reached as r
join {p}numbered as n on n.course_id = r.course_id
where not r.ignore_master_push
    and case
        when n.element = 'course_info' then n.is_locked
        else n.is_governed and n.verdict in ('insert', 'update', 'relink', 'delete')
    end
