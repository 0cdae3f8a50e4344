    select
        t.course_id,
        t.row_id,
        t.upper_row_id,
        '{element}' as element,
        t.key,
        {key_id} as place,
        t.d.field as field,
        t.d.difference as difference,
        t.link,
        t.use,
        {lock} as lock,
        t.d.master_value as master_value,
        t.d.course_value as course_value,
        {post_only} as is_post_only,
        case
            when t.link is distinct from 'broken' then null
            when t.b_is_link_broken then 'flagged'
            when t.parent_owner_id is distinct from t.master_id then 'other_master'
            else 'other_key'
        end as broken,
        t.verdict,
        t.reason
    from (
        select
            m.*,
            c.master_id,
            {key} as key,
            unnest(
                case
                    when m.row_id is not null and m.upper_row_id is not null and m.differs then list_filter([
                        {fields}
                    ], lambda d: d.master_value is distinct from d.course_value)
                    when m.link = 'linked' then []
                    else [{whole}]
                end
                {more}
            ) as d
        from {rows} as m
        join {p}target_course as c on c.course_id = m.course_id
        where m.link is distinct from 'linked' or m.differs or m.verdict = 'rename'
    ) as t
