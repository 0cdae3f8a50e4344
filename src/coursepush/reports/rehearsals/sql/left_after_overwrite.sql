-- One row a category, task or standard that stays on a course because it is used; detail: its data type and row.
select
    l.course_id,
    null::bigint as section_id,
    coalesce(c.name, g.name, 'task ' || t.task_id) as what,
    concat(l.element, ':', l.row_id) as detail
from {p}left_over as l
left join course_category as c on l.element = 'categories' and c.row_id = l.row_id
left join course_task as t on l.element in ('grading_tasks', 'standards') and t.row_id = l.row_id
left join grading_task as g on g.task_id = t.task_id
where c.row_id is not null or t.row_id is not null
