-- One row a difference, numbered, and whether what it is of is locked in the course's catalog.
create temp table {p}numbered as
select
    row_number() over () as difference_no,
    d.*,
    l.lock is not null as is_locked
from {p}difference as d
join {p}target_course as c on c.course_id = d.course_id
left join (select distinct catalog_id, lock from catalog_lock) as l
    on l.catalog_id = c.catalog_id and l.lock = d.lock
