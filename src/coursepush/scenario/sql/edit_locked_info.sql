-- One row a course and attribute that an edit would change and that the catalog of its course master locks
-- (SCENARIO.md 4).
select c.number, k.name as calendar, d.lock, g.name as catalog
from (
    select r.course_id, r.number, r.calendar_id, r.master_id, unnest([{entries}]) as d
    from course as r
    where list_contains($owners::bigint[], r.course_id)
) as c
join calendar as k on k.calendar_id = c.calendar_id
join course_master as m on m.master_id = c.master_id
join catalog as g on g.catalog_id = m.catalog_id
join catalog_lock as l on l.catalog_id = m.catalog_id and l.lock = d.lock
where d.differs
order by d.lock, c.number, k.name
