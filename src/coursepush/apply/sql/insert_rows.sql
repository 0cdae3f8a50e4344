insert into {table} (row_id, {names})
select row_id, {afters}
from push.history_{table}
where push_id = $push_id and verdict = 'insert'
order by row_id
