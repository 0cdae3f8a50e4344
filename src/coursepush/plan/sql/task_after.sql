-- One row a course and task or standard that it has after hop 1 (RULES.md 4.3); rows that stay count. `is_residual`:
-- it stays because it is used, though the course's master lost it (4.2).
with written as (
    select row_id, owner_id, verdict, a_task_id, a_is_post_only from {grading_tasks}
    where verdict in ({writing})
    union all
    select row_id, owner_id, verdict, a_task_id, a_is_post_only from {standards}
    where verdict in ({writing})
)
select
    r.owner_id as course_id,
    r.task_id,
    r.is_post_only,
    m.task_id is null and w.task_id is not null as is_residual
from course_task as r
join {p}target_course as c on c.course_id = r.owner_id
left join master_task as m on m.owner_id = c.master_id and m.task_id = r.task_id
left join {p}work_1 as w on w.owner_id = r.owner_id and w.task_id = r.task_id
anti join written as x on x.row_id = r.row_id
union all
select w.owner_id as course_id, w.a_task_id as task_id, w.a_is_post_only as is_post_only, false as is_residual
from written as w
where w.verdict <> 'delete'
