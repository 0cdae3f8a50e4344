-- One row an id that means another row from now on: where the same row stands under another id, that one; where the row
-- is gone and the extract gives its id to another row, an id that is nobody's, so that nothing takes that row for it.
create temp table moved_{table} as
with found as (
    select old_id, new_id from same_{table}
    {earlier}
), held as (
    {held}
), taken as (
    select distinct h.row_id
    from held as h
    semi join {staged} as n on n.row_id = h.row_id
    anti join found as f on f.old_id = h.row_id
), lowest as (
    select least(0, coalesce(min(id), 0)) as id
    from (
        select row_id as id from held
        union all
        select row_id from {staged}
        {pointing}
    )
)
select old_id, new_id from found where old_id <> new_id
union all
select t.row_id, (select id from lowest) - row_number() over (order by t.row_id)
from taken as t
