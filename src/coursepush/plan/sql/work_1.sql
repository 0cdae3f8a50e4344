-- One row a course and task with work on it in any of its sections, and in which terms.
create temp table {p}work_1 as
select s.course_id as owner_id, w.task_id, list_distinct(flatten(list(w.terms))) as terms
from {p}work_2 as w
join section as s on s.section_id = w.owner_id
group by s.course_id, w.task_id
