-- one row a setup row that stands, and the row that it is linked to, if that is one of the owner above with its key
    select
        v.*,
        c.course_id,
        {known}
        case when u.owner_id = c.{upper_owner} and {same_key} then u.row_id end as upper_row_id
    from {rows}
    join {level} as c on c.{level}_id = v.owner_id
    left join {upper_table} as u on u.row_id = v.parent_row_id
