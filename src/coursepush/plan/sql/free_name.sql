-- One row a category to be renamed and a name that nothing on the owner keeps or is given by this push,
-- numbered from the smallest. Names that begin alike may come to want the same one: `turn` puts them in order.
with written as (
    -- one row a category name that this push writes on an owner
    select owner_id, lower(a_name) as name_key
    from {p}verdict_{hop}_categories
    where verdict in ('insert', 'update', 'relink')
), renamed as (
    -- one row a category that this push leaves, and whose name it writes on another
    select
        v.row_id,
        v.owner_id,
        v.b_name as name,
        left(n.name_key, 40) as beginning,
        row_number() over (partition by v.owner_id, left(n.name_key, 40) order by n.name_key) as turn
    from {p}verdict_{hop}_categories as v
    join written as n on n.owner_id = v.owner_id and n.name_key = lower(v.b_name)
    where v.verdict in ('same', 'keep', 'skip', 'fail')
), taken as (
    -- one row a name that stands on an owner after the push, where a category is renamed
    select w.owner_id, w.name_key
    from written as w
    semi join renamed as r on r.owner_id = w.owner_id
    union
    select p.owner_id, lower(p.name) as name_key
    from {table} as p
    semi join renamed as r on r.owner_id = p.owner_id
    anti join renamed as r on r.row_id = p.row_id
    anti join {p}verdict_{hop}_categories as v
        on v.row_id = p.row_id and v.verdict in ('update', 'relink', 'delete')
), taken_count as (
    select owner_id, count(*) as names from taken group by owner_id
), numbered as (
    select r.*, unnest(range(1, t.names + r.turn + 1)) as number
    from renamed as r
    join taken_count as t on t.owner_id = r.owner_id
), named as (
    select
        *,
        left(name, 50 - length('(' || number || ')')) || '(' || number || ')' as new_name
    from numbered
)
select
    n.row_id,
    n.owner_id,
    n.beginning,
    n.turn,
    n.number,
    n.new_name,
    lower(n.new_name) as new_key
from named as n
anti join taken as t on t.owner_id = n.owner_id and t.name_key = lower(n.new_name)
