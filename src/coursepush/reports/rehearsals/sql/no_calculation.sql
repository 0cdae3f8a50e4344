-- One row calculation options in use, of a task in use that the course master has no longer: an overwrite push sets them
-- to No Calculation. Detail: task and term.
select
    l.course_id,
    null::bigint as section_id,
    concat(coalesce(g.name, 'task ' || o.task_id), ', term ', o.term_seq) as what,
    concat(o.task_id, ':', o.term_seq) as detail
from {p}left_over as l
join course_grade_calc as o on o.row_id = l.row_id
left join grading_task as g on g.task_id = o.task_id
where l.element = 'grade_calc_options' and l.link = 'orphan'
    and exists (
        select 1 from {p}left_over as d
        join course_task as t on t.row_id = d.row_id
        where d.element in ('grading_tasks', 'standards') and d.course_id = l.course_id and t.task_id = o.task_id
    )
