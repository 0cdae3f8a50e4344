-- One row a row of {table} that hop 0 added and a later hop took away again.
delete from push.history_{table}
where push_id = $push_id and before_owner_id is null and after_owner_id is null
