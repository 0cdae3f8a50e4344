-- one row a setup row of a course worked on, as it stands
    select
        r.row_id,
        r.owner_id,
        r.owner_id as course_id,
        r.parent_row_id,
        r.is_link_broken,
        {values}
    from {table} as r
    join {p}target_course as c on c.course_id = r.owner_id
    {joins}
