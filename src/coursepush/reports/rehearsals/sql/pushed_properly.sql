-- One row a course where a locked push would leave something that it should have written.
select
    r.course_id,
    null::bigint as section_id,
    concat(count(*), case count(*) when 1 then ' row' else ' rows' end, ' a push does not get through to') as what,
    '' as detail
from {p}reached as r
join {p}numbered as n on n.course_id = r.course_id
where n.is_governed and n.element <> 'course_info' and not r.ignore_master_push
    and (n.verdict = 'fail' or (n.verdict = 'skip' and n.reason <> 'course_managed'))
group by r.course_id
