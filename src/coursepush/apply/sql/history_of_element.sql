-- one row a row of this data type to write, with the id that it has or gets
    select
        '{element}' as element,
        c.verdict,
        coalesce(c.row_id, c.restored_id, n.row_id) as row_id,
        c.verdict = 'insert' and {was_used} as was_used,
        case when c.verdict <> 'insert' then c.owner_id end as b_owner_id,
        case when c.verdict <> 'delete' then c.owner_id end as a_owner_id,
        {columns}
    from {verdicts} as c
    left join {new_ids} as n
        on n.family = '{family}' and n.owner_id = c.owner_id and n.upper_row_id = c.upper_row_id
    where c.verdict in ({writing})
