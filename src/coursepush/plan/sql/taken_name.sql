-- One row a category that this push leaves on an owner, and whose name it writes on another. Those whose names begin
-- alike may come to want the same new one: `turn` puts them in order.
with written as (
    -- one row a category name that this push writes on an owner
    select owner_id, lower(a_name) as name_key
    from {p}verdict_{hop}_categories
    where verdict in ('insert', 'update', 'relink')
)
select
    v.row_id,
    v.owner_id,
    v.b_name as name,
    left(n.name_key, 40) as beginning,
    row_number() over (partition by v.owner_id, left(n.name_key, 40) order by n.name_key) as turn
from {p}verdict_{hop}_categories as v
join written as n on n.owner_id = v.owner_id and n.name_key = lower(v.b_name)
where v.verdict in ('same', 'keep', 'skip', 'fail')
