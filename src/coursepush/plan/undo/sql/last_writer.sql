-- One row a row or field that any push wrote: the last push whose writing still counts.
select {h_keys}, max(h.push_id) as push_id
from push.{history} as h
anti join {p}taken_back as t on t.by_push = h.push_id
anti join (
    select {u_keys}, t.push_id
    from push.{history} as u
    join {p}taken_back as t on t.by_push = u.push_id
    where {u_wrote}
) as c on {same_keys} and c.push_id = h.push_id
where {h_wrote}
group by {h_keys}
