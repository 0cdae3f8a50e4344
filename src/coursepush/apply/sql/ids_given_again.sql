-- One row an id that a row to be added gets and that the history knows as another row's, and an id that no row has, under
-- which that one's history goes on. Where owner and business key are the same, so is the row.
create temp table {made} as
with earlier as (
    select * from push.history_{table} where push_id < $push_id
), lowest as (
    select coalesce(min(row_id), 0) as id
    from (
        select row_id from earlier
        union all
        select row_id from {table}
    )
)
select
    h.row_id as old_id,
    least(0, (select id from lowest)) - row_number() over (order by h.row_id) as new_id
from push.history_{table} as h
join earlier as last on last.row_id = h.row_id
anti join earlier as later on later.row_id = last.row_id and later.push_id > last.push_id
where h.push_id = $push_id
    and h.verdict = 'insert'
    and not (coalesce(last.after_owner_id, last.before_owner_id) = h.after_owner_id and {same_key})
