-- one row a course and task that stays on it because it is used though its master lost it (rules.md 4.2)
        select r.owner_id as course_id, r.task_id
        from course_task as r
        join {p}target_course as c on c.course_id = r.owner_id
        anti join master_task as m on m.owner_id = c.master_id and m.task_id = r.task_id
        semi join {p}work_1 as w on w.owner_id = r.owner_id and w.task_id = r.task_id
