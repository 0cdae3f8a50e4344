-- one row a setup row of a course as hop 1 leaves it
    select
        p.row_id,
        false as is_new,
        p.owner_id,
        {link_after},
        v.reason is not distinct from 'residual' as is_residual,
        {values_after}
    from (
        {present}
    ) as p
    left join (select * from {p}verdict_1_{element} where verdict <> 'same' and row_id is not null) as v
        on v.row_id = p.row_id
    where v.verdict is distinct from 'delete'
    union all
    select
        n.row_id,
        true as is_new,
        w.owner_id,
        w.a_parent_row_id,
        w.a_is_link_broken,
        false as is_residual,
        {values_new}
    from {p}verdict_1_{element} as w
    join {p}new_id_1 as n
        on n.family = '{family}' and n.owner_id = w.owner_id and n.upper_row_id = w.upper_row_id
    where w.verdict = 'insert'
