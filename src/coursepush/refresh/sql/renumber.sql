-- One row an id that the reader made: the id that the district knows for what the source calls it, or the next free.
create temp table renumber_{table} as
with known as (
    select source_key, id from district.push.source_key where table_name = '{table}'
), largest as (
    select greatest(
        coalesce((select max(id) from known), 0),
        coalesce((select max(held.id) from ({held}) as held), 0)
    ) as id
)
select
    g.id as old_id,
    g.source_key,
    k.id is null as is_new,
    coalesce(
        k.id,
        (select id from largest) + row_number() over (partition by k.id is null order by g.id)
    ) as new_id
from keys_now as g
left join known as k on k.source_key = g.source_key
