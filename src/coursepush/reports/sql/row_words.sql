    -- one row a different change of setup rows, in words: as a whole, and what stands on either side of it. Of a row
    -- that is added or removed the values that say something, else those that differ.
    select
        p.element,
        p.before,
        p.after,
        string_agg(
            case
                when p.is_whole then p.alone
                when p.differs then p.label || coalesce(p.old, 'blank') || ' → ' || coalesce(p.new, 'blank')
            end,
            ', ' order by p.place
        ) as change,
        string_agg(
            case
                when p.is_whole then case when p.before is not null then p.alone end
                when p.differs then p.label || coalesce(p.old, 'blank')
            end,
            '; ' order by p.place
        ) as said_before,
        string_agg(
            case
                when p.is_whole then case when p.after is not null then p.alone end
                when p.differs then p.label || coalesce(p.new, 'blank')
            end,
            '; ' order by p.place
        ) as said_after
    from (
        -- one row a change and column
        select
            v.*,
            case
                when v.is_key or coalesce(v.after_text, v.before_text) in ('false', '[]') then null
                when v.is_count and coalesce(v.after_text, v.before_text) = '0' then null
                else v.label || coalesce(v.new, v.old)
            end as alone
        from (
            select
                t.*,
                t.before is null or t.after is null as is_whole,
                t.before_text is distinct from t.after_text as differs,
                {old} as old,
                {new} as new
            from (
                select
                    d.element,
                    d.before,
                    d.after,
                    c.place,
                    c.kind,
                    c.label || ' ' as label,
                    c.is_key,
                    c.is_count,
                    d.before_of[c.position] as before_text,
                    d.after_of[c.position] as after_text
                from (
                    select
                        *,
                        json_extract_string(before, [{paths}]) as before_of,
                        json_extract_string(after, [{paths}]) as after_of
                    from (select distinct element, before, after from {source} where before is distinct from after)
                ) as d
                join (values {columns}) as c (element, place, position, kind, label, is_key, is_count)
                    on c.element = d.element
            ) as t
            cross join ({bank}) as n
        ) as v
    ) as p
    group by p.element, p.before, p.after
