-- one row a setup row of this table as the plan leaves it, with the id that it has or gets
    select
        r.row_id,
        r.owner_id,
        {link_kept},
        {values_kept}
    from {table} as r
    {owners_of_present}
    left join (
        {changed}
    ) as v
        on v.row_id = r.row_id
    where v.verdict is distinct from 'delete'
    union all
    select
        coalesce(v.restored_id, n.row_id) as row_id,
        v.owner_id,
        {link_added},
        {values_added}
    from (
        {added}
    ) as v
    left join {new_ids} as n
        on n.family = '{family}' and n.owner_id = v.owner_id and n.upper_row_id = v.upper_row_id
    {owners_of_added}
