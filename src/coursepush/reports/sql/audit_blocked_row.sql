    select c.course_id, '{element}' as element, u.row_id as upper_row_id, {blocked} as reason
    from {p}met_{element} as m
    join {p}target_course as c on c.course_id = m.course_id
    join {upper_table} as u on u.row_id = m.upper_row_id
    {joins}
