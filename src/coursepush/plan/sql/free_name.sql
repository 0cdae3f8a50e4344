-- One row a category to be renamed and a name that nothing on the owner keeps or is given by this push,
-- numbered from the smallest.
with taken as (
    -- one row a name that stands on an owner after the push, where a category is renamed
    select w.owner_id, lower(w.a_name) as name_key
    from {p}verdict_{hop}_categories as w
    semi join {p}taken_name_{hop} as r on r.owner_id = w.owner_id
    where w.verdict in ('insert', 'update', 'relink')
    union
    select p.owner_id, lower(p.name) as name_key
    from {table} as p
    semi join {p}taken_name_{hop} as r on r.owner_id = p.owner_id
    anti join {p}taken_name_{hop} as r on r.row_id = p.row_id
    anti join {p}verdict_{hop}_categories as v
        on v.row_id = p.row_id and v.verdict in ('update', 'relink', 'delete')
), taken_count as (
    select owner_id, count(*) as names from taken group by owner_id
), numbered as (
    select r.*, unnest(range(1, t.names + r.turn + 1)) as number
    from {p}taken_name_{hop} as r
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
