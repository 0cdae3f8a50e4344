-- One row a key that a push has written: as the last of them left it; v is null where it took the key away.
create temp table last_pushed_{table} as
with written as (
    select h.push_id, {row_id} as row_id, {after_keys}, {after_values} as v
    from district.push.{history} as h
    {joins}
    where {is_there}
    union all
    select h.push_id, {row_id}, {before_keys}, null
    from district.push.{history} as h
    {joins}
    where {was_there} and {is_gone}
)
select * exclude (push_id, turn)
from (
    select *, row_number() over (partition by {keys} order by push_id desc, v is null, row_id) as turn
    from written
)
where turn = 1
