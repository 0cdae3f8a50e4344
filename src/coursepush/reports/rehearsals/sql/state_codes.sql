-- One row a course whose state code is not its course master's.
select
    r.course_id,
    null::bigint as section_id,
    concat(coalesce(c.state_code, 'none'), ' → ', coalesce(m.state_code, 'none')) as what,
    case when n.is_locked then '' else 'course_info.state_code' end as detail
from {p}reached as r
join {p}numbered as n on n.course_id = r.course_id and n.element = 'course_info' and n.field = 'state_code'
join course as c on c.course_id = r.course_id
join course_master as m on m.master_id = r.master_id
where not r.ignore_master_push
