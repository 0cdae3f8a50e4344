-- One row a row that is the same by owner and business key, and has another id in the new extract. A row that the
-- last load gave is known by its id as long as the extract has it; one that a push added here has an id of ours,
-- and the source gives it one of its own.
create temp table moved_{table} as
with last_load as (
    select d.row_id, d.owner_id
    from district.main.{table} as d
    anti join pushed_{table} as p on p.row_id = d.row_id
    union all
    select row_id, before_owner_id from pushed_{table} where before_owner_id is not null
), unknown as (
    select n.*
    from {staged} as n
    anti join last_load as l on l.row_id = n.row_id and l.owner_id = n.owner_id
), added_here as (
    select d.row_id from district.main.{table} as d
    semi join pushed_{table} as p on p.row_id = d.row_id and p.before_owner_id is null
), lost as (
    select d.*
    from district.main.{table} as d
    where d.row_id in (select row_id from added_here)
    union all
    select d.*
    from district.main.{table} as d
    anti join {staged} as n on n.row_id = d.row_id and n.owner_id = d.owner_id
    anti join added_here as a on a.row_id = d.row_id
)
select d.row_id as old_id, n.row_id as new_id
from lost as d
join unknown as n on {same_identity}
where d.row_id <> n.row_id
{earlier}
