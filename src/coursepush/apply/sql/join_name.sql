-- One row a row of {table} that hop 0 alone wrote.
update push.history_{table} set push_id = $push_id where push_id = 0
