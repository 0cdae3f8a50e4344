-- One row a row of setup on a {owner} that the undo leaves alone.
update {rows} as v
set verdict = 'keep', reason = 'changed_since', restored_id = null, {sets}
from (
    select distinct cast(json_extract_string(row_at, '$.{owner}_id') as bigint) as owner_id
    from {setup}
    where table_name = '{owner}' and field_at is null and verdict = 'keep'
) as o
where v.owner_id = o.owner_id and v.verdict not in ('same', 'keep')
