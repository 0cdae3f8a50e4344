-- one row a section asked about
select s.section_id, c.calendar_id
from section as s
join course as c on c.course_id = s.course_id
semi join {owners} as o on o.hop = 2 and o.owner_id = s.section_id
