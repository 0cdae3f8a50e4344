-- One row a row of {table} that hop 0 writes, from the whole rows as they are and will be.
insert into push.history_{table} (push_id, element, verdict, was_used, row_id, {names})
select
    $push_id,
    c.element,
    c.verdict,
    c.verdict = 'insert' and case c.element {was_used} end,
    c.row_id,
    {images}
from (
    -- one row a row to write, typed
    select
        s.element,
        s.verdict,
        cast(json_extract_string(s.row_at, '$.row_id') as bigint) as row_id,
        cast(json_extract_string(coalesce(s.will, s.was), '$.owner_id') as bigint) as owner_id,
        {columns}
    from {setup} as s
    where s.table_name = '{table}' and s.verdict in ({writing})
) as c
order by c.row_id
