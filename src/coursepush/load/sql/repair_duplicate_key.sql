-- One row a category whose name another row of the same owner has, before and after: the one of the smallest row_id
-- keeps it, whatever the order of the lines. As a push would, each other takes the first free of name(1), name(2),
-- ..., case ignored, the base cut so that the whole fits {limit} characters. Names that begin alike may come to want
-- the same one: `turn` puts them in order.
insert into {repairs}
with recursive ranked as (
    select
        source_line,
        row_id,
        owner_id,
        name,
        lower(name) as name_key,
        row_number() over (partition by owner_id, lower(name) order by row_id, source_line) as occurrence
    from {staged}
    where owner_id is not null and name is not null
), taken as (
    select distinct owner_id, name_key from ranked
), taken_count as (
    select owner_id, count(*) as names from taken group by owner_id
), later as (
    select
        source_line,
        owner_id,
        name,
        left(name_key, 40) as beginning,
        row_number() over (
            partition by owner_id, left(name_key, 40) order by name_key, row_id, source_line
        ) as turn
    from ranked
    where occurrence > 1
), numbered as (
    select l.*, unnest(range(1, t.names + l.turn + 1)) as number
    from later as l
    join taken_count as t on t.owner_id = l.owner_id
), named as (
    select *, left(name, {limit} - length('(' || number || ')')) || '(' || number || ')' as new_name
    from numbered
), free as (
    select n.*, lower(n.new_name) as new_key
    from named as n
    anti join taken as t on t.owner_id = n.owner_id and t.name_key = lower(n.new_name)
), given as (
    select
        f.source_line,
        f.owner_id,
        f.beginning,
        f.turn,
        any_value(f.name) as name,
        arg_min(f.new_name, f.number) as new_name,
        [arg_min(f.new_key, f.number)] as given_keys
    from free as f
    where f.turn = 1
    group by f.source_line, f.owner_id, f.beginning, f.turn
    union all
    select
        f.source_line,
        f.owner_id,
        f.beginning,
        f.turn,
        any_value(f.name) as name,
        arg_min(f.new_name, f.number) as new_name,
        list_append(any_value(g.given_keys), arg_min(f.new_key, f.number)) as given_keys
    from given as g
    join free as f on f.owner_id = g.owner_id and f.beginning = g.beginning and f.turn = g.turn + 1
    where not list_contains(g.given_keys, f.new_key)
    group by f.source_line, f.owner_id, f.beginning, f.turn
)
select '{table}', source_line, 'duplicate_key', 'name', name, new_name
from given
