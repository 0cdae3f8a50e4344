select
    '{side}' as side,
    row_id as category_row_id,
    owner_id as section_id,
    name,
    cast(weight * 10000::decimal(5, 0) as bigint) as weight,
    drop_lowest,
    task_ids
from (
    {rows}
) as r
semi join assignment as a on a.category_row_id = r.row_id
where not is_excluded
