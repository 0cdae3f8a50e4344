-- One row a task or standard in use that came from the course master, which has it no longer; detail: its data type, id.
select
    l.course_id,
    null::bigint as section_id,
    coalesce(g.name, 'task ' || t.task_id) as what,
    concat(l.element, ':', t.task_id) as detail
from {p}left_over as l
join course_task as t on t.row_id = l.row_id
left join grading_task as g on g.task_id = t.task_id
where l.element in ('grading_tasks', 'standards') and l.link = 'orphan'
