-- One row a row that the push added and that is still there: whether it is used now decides.
create temp table {p}pair_{hop}_{element} as
select row_id, owner_id, course_id, 'extra' as pairing, null::varchar as link
from {p}undo_row_{hop}_{element}
where was = 'insert' and is_there
