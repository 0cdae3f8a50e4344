-- One row a verdict of an undo on {table} that would put back what another row, which stays, has now.
update {setup} as r
set verdict = 'keep', reason = 'key_taken', after = r.before
from (
    select h.row_at, h.field_at
    from (
        select *, {keys}
        from {setup} as s
        where s.table_name = '{table}' and s.verdict in ('insert', 'update', 'rename')
    ) as h
    where {taken}
) as t
where r.table_name = '{table}' and r.row_at = t.row_at and r.field_at is not distinct from t.field_at
