select '{table}' as table_name, r.row_id, '{table}' as by_table, x.row_id as by_row, 'key_taken' as reason
from {p}undo_row_{hop}_{element} as r
join {table} as x on x.owner_id = r.owner_id and {same_key} and x.row_id <> r.row_id
where r.was <> 'insert'
