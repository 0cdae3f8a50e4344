-- One row a category, task or standard that stays on a course because it is used; detail: its data type and row.
select
    l.course_id,
    null::bigint as section_id,
    coalesce(c.name, g.name, 'task ' || t.task_id) as what,
    concat(l.element, ':', l.row_id) as detail
from {p}left_over as l
left join course_category as c on c.row_id = case l.element when 'categories' then l.row_id end
left join course_task as t on t.row_id = case when l.element in ('grading_tasks', 'standards') then l.row_id end
left join grading_task as g on g.task_id = t.task_id
where c.row_id is not null or t.row_id is not null
