    select c.course_id, '{element}' as element, u.row_id as upper_row_id, {blocked} as reason
    from {p}target_course as c
    join {upper_table} as u on u.owner_id = c.master_id
    {joins}
