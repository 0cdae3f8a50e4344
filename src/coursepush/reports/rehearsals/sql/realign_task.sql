-- One row a section with assignments for a task that is left over, and the task they could go to: the first of the course
-- master's of the same kind.
select distinct
    s.section_id,
    w.task_id,
    (
        select arg_min(u.task_id, (coalesce(u.sequence, 9999), u.task_id))
        from master_task as u
        join grading_task as g on g.task_id = u.task_id
        where u.owner_id = c.master_id and not u.is_post_only
            and g.is_standard = (select k.is_standard from grading_task as k where k.task_id = w.task_id)
    ) as to_task_id
from course_task as w
join course as c on c.course_id = w.owner_id
join section as s on s.course_id = c.course_id
where list_contains($rows::bigint[], w.row_id)
    and exists (
        select 1 from assignment as a
        join assignment_task as t on t.assignment_id = a.assignment_id
        where a.section_id = s.section_id and t.task_id = w.task_id
    )
order by s.section_id, w.task_id
