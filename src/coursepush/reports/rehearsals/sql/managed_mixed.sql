-- One row a course that does not follow its course master, in a catalog and year where others do.
select
    r.course_id,
    null::bigint as section_id,
    case r.status when 'desynced' then 'desynced' else 'course controlled' end as what,
    case when r.is_future then 'future' else '' end as detail
from {p}reached as r
where r.status in ('desynced', 'course_controlled') and not r.ignore_master_push
    and exists (
        select 1 from {p}reached as o
        where o.catalog_id = r.catalog_id and o.year = r.year and o.status = 'linked'
    )
