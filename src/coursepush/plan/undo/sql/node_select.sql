select
    '{table}' as table_name,
    r.row_id,
    r.owner_id,
    r.was,
    r.stands_as_before or (r.was = 'insert' and not r.is_there) as is_back,
    case
        when r.stands_as_before or (r.was = 'insert' and not r.is_there) then null
        when not r.owner_is_there or r.is_written_since then 'changed_since'
        when r.was = 'delete' and r.is_there then 'key_taken'
        when r.was <> 'delete' and not r.stands_as_pushed then 'changed_since'
        when r.was = 'insert' and u.row_id is not null and not r.was_used then 'used_since'
    end as reason
from {p}undo_row_{hop}_{element} as r
left join {p}used_{hop}_{element} as u on u.row_id = r.row_id
