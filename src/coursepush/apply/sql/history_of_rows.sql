-- One row a row that this push writes in {table}: what is done to it, and how it stands before and after.
insert into push.history_{table} (push_id, element, verdict, was_used, row_id, {columns})
select $push_id, element, verdict, was_used, row_id, {images}
from (
    {changes}
)
order by row_id
