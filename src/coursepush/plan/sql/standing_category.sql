-- one row a category that stands; of several with one parent the one in place 1 is linked to it (RULES.md 3.1)
    select
        v.*,
        case
            when v.upper_row_id is not null then row_number() over (
                partition by v.owner_id, v.upper_row_id
                order by v.name_key = v.upper_name_key desc, v.name_key
            )
        end as place
    from (
    {rows}
    ) as v
