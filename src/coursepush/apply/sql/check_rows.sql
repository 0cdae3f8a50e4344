-- One row: how many rows of {table} do not stand as this push wrote them, and how many keys and ids are there twice.
select
    (
        select count(*)
        from push.history_{table} as h
        left join {table} as r on r.row_id = h.row_id
        where h.push_id = $push_id
            and case when h.verdict = 'delete' then r.row_id is not null else r.row_id is null or {differs} end
    ) as wrong,
    (
        select coalesce(sum((in_place > 1)::integer), 0)
        from (
            select count(*) as in_place
            from {table}
            where owner_id in ({owners})
            group by grouping sets ((owner_id, {key}), (row_id))
        )
    ) as twice
