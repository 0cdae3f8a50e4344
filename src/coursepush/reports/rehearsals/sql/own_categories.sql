-- One row a section whose teacher made categories, on a course that has setup besides to be linked again.
select
    w.course_id,
    w.section_id,
    concat(count(*), case count(*) when 1 then ' category' else ' categories' end, ' of the teacher''s own') as what,
    '' as detail
from {p}own_row as w
where w.section_id is not null and w.element = 'categories'
    and exists (
        select 1 from {p}reached as r
        join {p}numbered as n on n.course_id = r.course_id
        where r.course_id = w.course_id and not r.ignore_master_push and n.is_governed
            and n.element not in ('categories', 'course_info') and n.link in ('broken', 'orphan', 'local')
    )
group by w.course_id, w.section_id
