-- One row a course and task with work on it in any of its sections, and in which terms.
select s.course_id as owner_id, w.task_id, list_distinct(flatten(list(w.terms))) as terms
from {of_sections} as w
join section as s on s.section_id = w.owner_id
group by s.course_id, w.task_id
