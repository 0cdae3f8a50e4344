-- One row a course to which a push would bring its course master's number: the number it has and the one to come.
create temp table {p}numbers_attribute_pair as
select t.course_id, 'number' as field, c.number as before_value, m.number as after_value
from {p}numbers_target_course as t
join course as c on c.course_id = t.course_id
join course_master as m on m.master_id = t.master_id
