-- One row a row of {table} that hop 0 writes, from the whole rows as they are and will be.
insert into push.history_{table} (push_id, element, verdict, was_used, row_id, {names})
select
    $push_id,
    s.element,
    s.verdict,
    false,
    cast(json_extract_string(s.row_at, '$.row_id') as bigint),
    {columns}
from {setup} as s
where s.table_name = '{table}' and s.verdict in ({writing})
order by s.row_at
