-- one row a category of a course, as hop 1 leaves it, that names a task the course will not have
    select distinct n.owner_id as course_id, n.row_id
    from (
        select owner_id, row_id, unnest(string_split(task_ids, ';'))::bigint as task_id
        from after
        where task_ids <> ''
    ) as n
    anti join {p}task_after as t on t.course_id = n.owner_id and t.task_id = n.task_id
