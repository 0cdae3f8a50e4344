-- One row a row that the push added, that is still there and in use now.
select m.row_id
from (
    select row_id, owner_id, {columns}
    from {p}undo_row_{hop}_{element}
    where was = 'insert' and is_there
) as m
{joins}
where {is_used}
