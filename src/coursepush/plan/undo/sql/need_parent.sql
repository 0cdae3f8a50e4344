select distinct '{table}' as table_name, r.row_id, '{lower}' as by_table, x.row_id as by_row, 'changed_since' as reason
from {p}undo_row_1_{element} as r
join {lower} as x on x.parent_row_id = r.row_id
left join push.history_{lower} as h on h.row_id = x.row_id and h.push_id >= {push_id}
anti join push.history_{lower} as earlier
    on earlier.row_id = h.row_id and earlier.push_id >= {push_id} and earlier.push_id < h.push_id
where r.was = 'insert'
    and ({ids_are_new} or (h.row_id is not null and h.before_parent_row_id is distinct from r.row_id))
