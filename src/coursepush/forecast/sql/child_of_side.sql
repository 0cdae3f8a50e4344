select
    '{side}' as side,
    owner_id as section_id,
    task_id,
    term_seq,
    child_task_id,
    child_term_seq,
    cast(weight * 10000::decimal(5, 0) as bigint) as weight
from (
    {rows}
) as r
