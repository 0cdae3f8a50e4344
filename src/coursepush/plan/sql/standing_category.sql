-- one row a category that stands; of several with one parent the first is linked to it (RULES.md 3.1)
    select
        v.*,
        v.upper_row_id is not null and row_number() over (
            partition by v.owner_id, v.upper_row_id
            order by v.name_key = v.upper_name_key desc, v.name_key
        ) > 1 as is_second
    from (
    {rows}
    ) as v
