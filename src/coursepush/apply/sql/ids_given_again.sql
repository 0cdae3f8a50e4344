-- One row an id that a row to be added gets and that the history knows as another row's, and an id that no row has, under
-- which that one's history goes on. Where owner and business key are the same, so is the row.
create temp table {made} as
with lowest as (
    select coalesce(min(row_id), 0) as id
    from (
        select row_id from {history}
        union all
        select row_id from {table}
    )
)
select
    c.row_id as old_id,
    least(0, (select id from lowest)) - row_number() over (order by c.row_id) as new_id
from {changes} as c
join {history} as last on last.row_id = c.row_id
anti join {history} as later on later.row_id = last.row_id and later.push_id > last.push_id
where c.verdict = 'insert'
    and not (coalesce(last.after_owner_id, last.before_owner_id) = c.a_owner_id and {same_key})
