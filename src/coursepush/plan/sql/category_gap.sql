-- one row a course and category of its master that names a task the course will not have (RULES.md 4.3)
    select distinct n.course_id, n.row_id
    from (
        select c.course_id, u.row_id, unnest(u.task_ids) as task_id
        from {p}target_course as c
        join master_category as u on u.owner_id = c.master_id
        where len(u.task_ids) > 0
    ) as n
    anti join {p}task_after as t on t.course_id = n.course_id and t.task_id = n.task_id
