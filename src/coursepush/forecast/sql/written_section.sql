-- one row a section whose setup that grades rest on the plan writes to
    select distinct owner_id as section_id
    from (
        {selects}
    )
