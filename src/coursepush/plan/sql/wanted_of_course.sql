-- one row a section and row of its course: what the course, as hop 1 leaves it, wants the section to have
    select
        s.section_id as owner_id,
        s.course_id,
        h.row_id as upper_row_id,
        h.is_new as upper_is_new,
        h.spreads,
        h.blocked,
        {values}
    from {p}scope_section as s
    join handed as h on h.owner_id = s.course_id
    {narrowed}
