-- One row a course that a saved plan speaks of; and those that have, or would have, the number that one cannot get.
select course_id from saved_course
union
select o.course_id
from saved_course as w
join course as c on c.course_id = w.course_id
join course_master as m on m.master_id = c.master_id and m.number <> c.number
join course as o on o.calendar_id = c.calendar_id and o.course_id <> c.course_id
left join course_master as u on u.master_id = o.master_id
where o.number = m.number or u.number = m.number
union
select s.course_id
from saved_section as w
join section as s on s.section_id = w.section_id
