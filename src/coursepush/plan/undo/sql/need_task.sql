select 'course_task' as table_name, r.row_id, '{table}' as by_table, x.row_id as by_row, 'changed_since' as reason
from {tasks} as r
join {owners} as o on o.course_id = r.owner_id
join {table} as x on x.owner_id = o.{owner_id} and {names_task}
join push.history_{table} as h on h.row_id = x.row_id and h.push_id >= {push_id}
anti join push.history_{table} as earlier
    on earlier.row_id = h.row_id and earlier.push_id >= {push_id} and earlier.push_id < h.push_id
where r.was = 'insert' and not coalesce({named_task_before}, false)
