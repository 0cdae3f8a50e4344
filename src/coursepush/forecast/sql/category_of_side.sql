select
    '{side}' as side,
    row_id as category_row_id,
    owner_id as section_id,
    cast(weight * 10000::decimal(5, 0) as bigint) as weight,
    drop_lowest,
    task_ids
from (
    {rows}
) as r
where not is_excluded
