union all
select r.course_id, s.section_id, '{element}'
from {p}reached as r
join section as s on s.course_id = r.course_id
join {table} as v on v.owner_id = s.section_id
where v.parent_row_id is null
