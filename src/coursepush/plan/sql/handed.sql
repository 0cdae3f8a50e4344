-- one row a setup row that the course's sections are handed (RULES.md 5); `spreads` is false for what is left
    -- over on the course, `blocked` says why it cannot be pushed on
    select
        u.row_id,
        u.is_new,
        u.owner_id,
        {spreads} as spreads,
        {blocked} as blocked,
        {values}
    from after as u
    join {p}target_course as c on c.course_id = u.owner_id
    left join {master_table} as m on m.row_id = u.parent_row_id
    {joins}
