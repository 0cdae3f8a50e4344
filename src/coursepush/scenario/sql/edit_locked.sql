-- One row a row of a course that an edit may not touch: which course, and the lock that forbids it (SCENARIO.md 4).
select c.number, k.name as calendar, g.name as catalog
from edit_target as t
join course as c on c.course_id = t.owner_id
join calendar as k on k.calendar_id = c.calendar_id
join course_master as m on m.master_id = c.master_id
join catalog as g on g.catalog_id = m.catalog_id
join catalog_lock as l on l.catalog_id = m.catalog_id and l.lock = $lock
where t.is_linked and {touched}
order by c.number, k.name
