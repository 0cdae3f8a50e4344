-- One row a course that differs from its course master in what the catalog does not lock; detail: these locks.
select
    r.course_id,
    null::bigint as section_id,
    concat(count(*), case count(*) when 1 then ' difference' else ' differences' end, ' not locked') as what,
    string_agg(distinct n.lock, ',' order by n.lock) as detail
from {p}reached as r
join {p}numbered as n on n.course_id = r.course_id
where not n.is_locked and not n.is_governed and not r.ignore_master_push and n.difference in ('differs', 'missing')
group by r.course_id
