-- One row a category to be renamed and a name that nothing on the owner keeps or is given by this push,
-- numbered from the smallest. Names that begin alike may come to want the same one: `turn` puts them in order.
create temp table {p}free_name_{hop} as
with taken as (
    select owner_id, name_key from {p}written_name_{hop}
    union
    select owner_id, name_key from {p}unwritten_category_{hop} where not is_taken
), taken_count as (
    select owner_id, count(*) as names from taken group by owner_id
), renamed as (
    select
        row_id,
        owner_id,
        name,
        left(name_key, 40) as beginning,
        row_number() over (partition by owner_id, left(name_key, 40) order by name_key) as turn
    from {p}unwritten_category_{hop}
    where is_taken
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
