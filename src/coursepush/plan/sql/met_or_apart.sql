-- one row a pair, or half of one: what is left over on a course pairs with the section rows linked to it and
    -- with no other (RULES.md 5.1), so that where only the keys meet the two stand apart again
    select
        j.owner_id,
        j.course_id,
        case when h.is_section or not j.stands_apart then j.row_id end as row_id,
        case when h.is_section or not j.stands_apart then j.parent_row_id end as parent_row_id,
        case when h.is_section or not j.stands_apart then j.is_link_broken end as is_link_broken,
        case when not h.is_section then j.upper_row_id end as upper_row_id,
        case when not h.is_section then j.upper_is_new end as upper_is_new,
        case when not h.is_section then j.spreads end as spreads,
        case when not h.is_section then j.blocked end as blocked,
        j.differs,
        {halves}
    from (
        select
            *,
            row_id is not null and not coalesce(spreads, true)
                and parent_row_id is distinct from upper_row_id as stands_apart
        from (
            {met}
        )
    ) as j
    cross join (values (false), (true)) as h (is_section)
    where not h.is_section or j.stands_apart
