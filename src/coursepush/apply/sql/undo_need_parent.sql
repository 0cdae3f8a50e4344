select '{table}' as table_name, r.row_id, '{lower}' as by_table, x.row_id as by_row, 'changed_since' as reason
from {p}undo_row_1_{element} as r
join {lower} as x on x.parent_row_id = r.row_id
where r.was = 'insert'
