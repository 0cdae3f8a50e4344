    select
        course_id,
        null::bigint as row_id,
        null::bigint as upper_row_id,
        'course_info' as element,
        null::varchar as key,
        field as place,
        field,
        'differs' as difference,
        null::varchar as link,
        null::varchar as use,
        'course_info.' || field as lock,
        master_value,
        course_value,
        false as is_post_only,
        null::varchar as broken
    from (
        with both_have as (
            -- one row a course: `c` as it is, `m` as its course master is
            select c, m
            from {p}target_course as t
            join course as c on c.course_id = t.course_id
            join course_master as m on m.master_id = t.master_id
        )
        {selects}
    )
