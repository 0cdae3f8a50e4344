-- One row an owner that an edit is made on, with its row of that key, if it has one (SCENARIO.md 3 and 4). `changes`:
-- a value named is another than the row has; `is_linked`: its link is sound; `is_orphan`: its parent is gone.
select
    o.owner_id,
    r.row_id,
    {is_linked} as is_linked,
    {is_orphan} as is_orphan,
    r.row_id is not null and ({differs}) as changes
from (select unnest($owners::bigint[]) as owner_id) as o
left join {table} as r on r.owner_id = o.owner_id and {same_key}
{above}
