-- one row a setup row of a section worked on, as it stands
    select
        r.row_id,
        r.owner_id,
        s.course_id,
        r.parent_row_id,
        false as is_link_broken,
        {values}
    from {table} as r
    join {p}scope_section as s on s.section_id = r.owner_id
    {joins}
