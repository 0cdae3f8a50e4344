-- One row a course that has come away from its course master.
select
    r.course_id,
    null::bigint as section_id,
    concat(s.broken, case s.broken when 1 then ' broken link' else ' broken links' end) as what,
    '' as detail
from {p}reached as r
join {p}status as s on s.course_id = r.course_id
where r.status = 'desynced'
