delete from {table} as r
using push.history_{table} as h
where h.push_id = $push_id and h.verdict = 'delete' and h.row_id = r.row_id
