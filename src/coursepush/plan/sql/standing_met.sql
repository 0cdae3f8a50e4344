-- one row a setup row that stands; what is for a term in which the section does not meet is linked to nothing
    select v.* replace (case when n.section_id is null then v.upper_row_id end as upper_row_id)
    from (
    {rows}
    ) as v
    left join (
    {not_meeting}
    ) as n
        on n.section_id = v.owner_id and n.term_seq = v.term_seq
