-- One row a section in question, as the step not_meeting reads it.
create temp table {p}scope_section as
select s.section_id, s.course_id, c.calendar_id
from section as s
semi join {p}course as k on k.course_id = s.course_id
join course as c on c.course_id = s.course_id
