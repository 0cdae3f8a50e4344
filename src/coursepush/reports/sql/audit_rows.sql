    select
        t.course_id,
        t.row_id,
        t.upper_row_id,
        '{element}' as element,
        t.key,
        {key_id} as place,
        t.d.field as field,
        case when t.d.field is not null then 'differs' when t.pairing = 'paired' then 'link' else t.pairing end
            as difference,
        t.link,
        t.use,
        {lock} as lock,
        t.d.master_value as master_value,
        t.d.course_value as course_value,
        {post_only} as is_post_only,
        case
            when t.link is distinct from 'broken' then null
            when t.is_link_broken then 'flagged'
            when t.parent_owner_id is distinct from t.master_id then 'other_master'
            else 'other_key'
        end as broken
    from (
        select
            m.*,
            c.master_id,
            {key} as key,
            unnest(
                case
                    when m.pairing = 'paired' and m.differs then list_filter([
                        {fields}
                    ], lambda d: d.master_value is distinct from d.course_value)
                    else [{{
                        'field': null::varchar,
                        'master_value': case when m.pairing <> 'extra' then {master_row} end,
                        'course_value': case when m.pairing <> 'missing' then {course_row} end
                    }}]
                end
            ) as d
        from {p}met_{element} as m
        join {p}target_course as c on c.course_id = m.course_id
    ) as t
