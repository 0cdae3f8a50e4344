-- One row a teacher of a section that a saved plan speaks of.
select distinct s.teacher_id
from section as s
join saved_section as w on w.section_id = s.section_id
where s.teacher_id is not null
