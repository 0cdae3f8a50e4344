-- One row a row of setup that the new extract has too, and its id there. A row is known by owner and business key: by
-- those that it has here (turn 1), or had before pushes from here wrote to it (turn 2). Its id decides where a key that
-- it has or had bears it out, or the one that the last push gave it (turn 3), which was not carried out until now.
create temp table same_{table} as
with line as (
    select d.row_id as id, {d_keys}, 1 as turn
    from district.main.{table} as d
    {before_pushes}
), by_id as (
    select distinct l.id as old_id, n.row_id as new_id
    from line as l
    join {staged} as n on n.row_id = l.id and {same_line}
), by_key as (
    select l.id as old_id, n.row_id as new_id
    from line as l
    join {staged} as n on {same_line}
    anti join by_id as known on known.old_id = l.id
    anti join by_id as known on known.new_id = n.row_id
    where l.turn = 1
    qualify row_number() over (partition by l.id order by n.row_id) = 1
), by_former_key as (
    select l.id as old_id, n.row_id as new_id
    from line as l
    join {staged} as n on {same_line}
    anti join by_id as known on known.old_id = l.id
    anti join by_id as known on known.new_id = n.row_id
    anti join by_key as known on known.old_id = l.id
    anti join by_key as known on known.new_id = n.row_id
    where l.turn = 2
    qualify row_number() over (partition by l.id order by n.row_id) = 1
)
select old_id, new_id, false as is_renamed
from (
    select * from by_id
    union all
    select * from by_key
    union all
    select * from by_former_key
)
