-- One row a section of a course whose rows are looked at, a cross-site course's too.
select s.section_id, s.course_id, c.calendar_id, s.is_advisory
from section as s
join {p}target_course as c on c.course_id = s.course_id
