-- One row a course category in question that a category with assignments, of one of its sections, comes from.
create temp table {p}used_{hop}_{element} as
select distinct x.row_id
from {p}pair_{hop}_{element} as x
join section_category as r on r.parent_row_id = x.row_id
join section as s on s.section_id = r.owner_id and s.course_id = x.owner_id
semi join assignment as a on a.category_row_id = r.row_id
where {rests_on_use}
