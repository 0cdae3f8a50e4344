    select
        t.course_id,
        t.row_id,
        t.upper_row_id,
        '{element}' as element,
        {key} as key,
        {key_id} as place,
        t.field,
        t.difference,
        t.link,
        t.use,
        t.lock,
        t.master_value,
        t.course_value,
        {post_only} as is_post_only,
        case
            when t.link is distinct from 'broken' then null
            when t.is_link_broken then 'flagged'
            when t.parent_owner_id is distinct from c.master_id then 'other_master'
            else 'other_key'
        end as broken
    from (
        select *, null as field, pairing as difference, {lock} as lock, {master_row} as master_value,
            {course_row} as course_value
        from {p}met_{element}
        where pairing <> 'paired'
        union all
        select *, null, 'link', {lock}, {master_row}, {course_row}
        from {p}met_{element}
        where pairing = 'paired' and not differs
        {fields}
    ) as t
    join {p}target_course as c on c.course_id = t.course_id
