    select
        f.course_id,
        null::bigint as row_id,
        null::bigint as upper_row_id,
        'course_info' as element,
        null::varchar as key,
        f.field as place,
        f.field,
        'differs' as difference,
        null::varchar as link,
        null::varchar as use,
        'course_info.' || f.field as lock,
        f.master_value,
        f.course_value,
        false as is_post_only,
        null::varchar as broken,
        null::varchar as verdict,
        null::varchar as reason
    from (
        select course_id, d.field as field, d.master_value as master_value, d.course_value as course_value
        from (
            select
                c.course_id,
                unnest(list_filter([
                    {fields}
                ], lambda d: d.master_value is distinct from d.course_value)) as d
            from {p}target_course as t
            join course as c on c.course_id = t.course_id
            join course_master as m on m.master_id = t.master_id
            where {differ}
        )
        union all
        select course_id, field, master_value, course_value
        from (
{custom}
        )
    ) as f
