-- One row a section and category with assignments that comes from a course's row that is left over, and the category
-- that they could go to: the first of the section's that comes from the course master's.
select
    s.section_id,
    f.name as from_name,
    (
        select arg_min(t.name, lower(t.name))
        from section_category as t
        join course_category as c on c.row_id = t.parent_row_id
        join master_category as u on u.row_id = c.parent_row_id
        where t.owner_id = s.section_id and t.row_id <> f.row_id
    ) as to_name
from section_category as f
join section as s on s.section_id = f.owner_id
where list_contains($rows::bigint[], f.parent_row_id)
    and exists (select 1 from assignment as a where a.category_row_id = f.row_id)
order by s.section_id, f.name
