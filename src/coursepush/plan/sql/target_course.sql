-- One row a course that the push works on: in scope and not skipped whole.
create temp table {p}target_course as
select course_id, calendar_id, master_id, is_cross_site
from {p}scope_course
where whole is null
