-- one row a course worked on and row of its course master: what the master wants the course to have
    select
        c.course_id as owner_id,
        c.course_id,
        u.row_id as upper_row_id,
        false as upper_is_new,
        true as spreads,
        {blocked} as blocked,
        {values}
    from {p}target_course as c
    join {upper_table} as u on u.owner_id = c.master_id
    {joins}
