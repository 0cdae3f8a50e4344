-- One row a course, task and term with work on it in any of its sections.
create temp table {p}work_1 as
select distinct s.course_id as owner_id, w.task_id, w.term_seq
from {p}work_2 as w
join section as s on s.section_id = w.owner_id
