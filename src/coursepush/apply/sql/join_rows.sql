-- One row a row of {table} that hop 0 wrote and a later hop wrote again: as it was before both.
update push.history_{table} as h
set
    {befores},
    was_used = z.was_used,
    verdict = case
        when z.verdict = 'insert' and h.verdict <> 'delete' then 'insert'
        when h.verdict in ('insert', 'delete') then h.verdict
        when h.verdict = 'relink' or z.verdict = 'relink' then 'update'
        else h.verdict
    end
from push.history_{table} as z
where z.push_id = 0 and h.push_id = $push_id and z.row_id = h.row_id
