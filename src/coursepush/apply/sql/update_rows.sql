update {table} as r
set {sets}
from push.history_{table} as h
where h.push_id = $push_id and h.verdict in ({updating}) and h.row_id = r.row_id
