-- one row a wanted row and the present row it meets, or one of them alone (RULES.md 3): keys are unique on
    -- both sides, so that the key finds every pair and the link only says how the two hang together
    select
        coalesce(w.owner_id, p.owner_id) as owner_id,
        coalesce(w.course_id, p.course_id) as course_id,
        p.row_id,
        p.parent_row_id,
        p.is_link_broken,
        w.upper_row_id,
        w.upper_is_new,
        w.spreads,
        w.blocked,
        {differs} as differs,
        {columns}
    from wanted as w
    {join} present as p on p.owner_id = w.owner_id and {same_key}
    {not_same}
