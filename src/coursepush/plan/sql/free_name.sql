-- One row a category to be renamed and a name that nothing on the owner keeps or is given by this push,
-- numbered from the smallest. Names that begin alike may come to want the same one: `turn` puts them in order.
create temp table {p}free_name_{hop} as
with written as (
    -- one row a category name that this push writes on an owner
    select owner_id, lower(a_name) as name_key
    from {p}verdict_{hop}_categories
    where verdict in ('insert', 'update', 'relink')
), unwritten as (
    -- one row a category that this push leaves on an owner it writes a category on
    select v.row_id, v.owner_id, v.b_name as name, lower(v.b_name) as name_key, n.name_key is not null as is_taken
    from {p}verdict_{hop}_categories as v
    semi join written as any_name on any_name.owner_id = v.owner_id
    left join written as n on n.owner_id = v.owner_id and n.name_key = lower(v.b_name)
    where v.verdict in ('same', 'keep', 'skip', 'fail') and v.row_id is not null
), renamed as (
    select
        row_id,
        owner_id,
        name,
        left(name_key, 40) as beginning,
        row_number() over (partition by owner_id, left(name_key, 40) order by name_key) as turn
    from unwritten
    where is_taken
), taken as (
    -- one row a name that stands on an owner where a category is renamed
    select n.owner_id, n.name_key
    from (
        select owner_id, name_key from written
        union
        select owner_id, name_key from unwritten where not is_taken
    ) as n
    semi join renamed as r on r.owner_id = n.owner_id
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
