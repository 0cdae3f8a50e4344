-- One row a row of {table} that a later hop wrote again, as hop 0 wrote it.
delete from push.history_{table} as z
using push.history_{table} as h
where z.push_id = 0 and h.push_id = $push_id and z.row_id = h.row_id
