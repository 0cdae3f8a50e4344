-- One row a course whose rows are looked at: a link pushes nothing, so those that ignore pushes are in.
select course_id, calendar_id, master_id, is_cross_site
from {p}scope_course
where whole is distinct from 'master_inactive'
