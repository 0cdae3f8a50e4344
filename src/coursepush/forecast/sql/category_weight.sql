-- one row a category of a side that is not left out of the calculation, with or without assignments
    select
        '{side}' as side,
        owner_id as section_id,
        cast(weight * 10000::decimal(5, 0) as bigint) as weight,
        task_ids
    from (
        {rows}
    ) as r
    where not is_excluded
