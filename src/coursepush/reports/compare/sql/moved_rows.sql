-- one row a setup row that the plan would write and that does not stand as it did when it was made
select v.row_id
from (select * from {verdicts} where verdict in ({writing}) and row_id is not null) as v
left join (
    select
        r.row_id,
        r.parent_row_id,
        {is_link_broken} as is_link_broken,
        {values}
    from {table} as r
) as s on s.row_id = v.row_id
where s.row_id is null
    or {differs}
union all
-- one row a setup row that has been added since, under an id that the plan would give
select r.row_id
from {table} as r
where r.row_id >= (select min(row_id) from {new_ids} where family = '{family}')
