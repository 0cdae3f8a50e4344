-- One row a category that gets a number of {digits} digits, before and after. As a push would, each takes the first
-- free of name(1), name(2), ..., case ignored, the name cut to its `base` so that the whole fits {limit} characters.
-- Names that begin alike may have one base: they are served in turn. A number of fewer digits leaves more room and
-- makes another name, so who got one before takes nothing away here.
insert into {repairs}
with waiting as (
    select w.*, left(w.name, {limit} - {digits} - 2) as cut, lower(left(w.name, {limit} - {digits} - 2)) as base
    from {repeated} as w
    anti join (
        select source_line from {repairs} where table_name = '{table}' and rule = 'duplicate_key'
    ) as r on r.source_line = w.source_line
), in_turn as (
    select
        *,
        row_number() over (partition by owner_id, base order by name_key, row_id, source_line) as turn
    from waiting
), pool as (
    select owner_id, base, count(*) as rows
    from waiting
    group by owner_id, base
), taken as (
    select distinct s.owner_id, lower(s.name) as name_key
    from {staged} as s
    semi join waiting as w on w.owner_id = s.owner_id
    where s.name is not null
), taken_count as (
    select owner_id, count(*) as names
    from taken
    group by owner_id
), numbered as (
    -- one row a base and number: as many as may be needed, were all names of the owner in the way
    select
        p.owner_id,
        p.base,
        unnest(range({lowest}, least({lowest} + p.rows + t.names, 10 * {lowest}))) as number
    from pool as p
    join taken_count as t on t.owner_id = p.owner_id
), free as (
    select n.*, row_number() over (partition by n.owner_id, n.base order by n.number) as turn
    from numbered as n
    anti join taken as t on t.owner_id = n.owner_id and t.name_key = n.base || '(' || n.number || ')'
)
select '{table}', i.source_line, 'duplicate_key', 'name', i.name, i.cut || '(' || f.number || ')'
from in_turn as i
join free as f on f.owner_id = i.owner_id and f.base = i.base and f.turn = i.turn
