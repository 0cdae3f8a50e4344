-- One row a difference between a course and its course master, numbered: a row that one of them lacks, a value that
-- differs, or a link that is not sound although all values are equal; an attribute or district-defined field that
-- differs; or a name that has to be given up. Whether its value is locked in the course's catalog, whether a push governs
-- it (where a row is not soundly linked, the lock of rows says so: weights have one of their own, without which one that
-- is linked again keeps its own), and whether its row counts for the course's status.
-- Parameter: elements (null: all).
with difference as (
{selects}
)
select
    row_number() over () as difference_no,
    d.*,
    l.lock is not null as is_locked,
    case
        when d.link = 'orphan' then g.lock is not null and l.lock is not null
        when d.link <> 'linked' then g.lock is not null
        else l.lock is not null
    end as is_governed,
    g.lock is not null
        and (d.link in ('broken', 'local') or (d.link = 'orphan' and d.difference = 'extra' and d.use <> 'unused'))
        as sets_status
from difference as d
join {p}target_course as c on c.course_id = d.course_id
left join (select distinct catalog_id, lock from catalog_lock) as l
    on l.catalog_id = c.catalog_id and l.lock = d.lock
left join (values {locks}) as e (element, lock, label, place) on e.element = d.element
left join catalog_lock as g on g.catalog_id = c.catalog_id and g.lock = e.lock
where {within:elements d.element}
