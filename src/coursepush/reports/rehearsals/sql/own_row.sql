-- One row a row of setup that a school or teacher made: on courses that a push reaches, and in their sections.
select r.course_id, null::bigint as section_id, n.element
from {p}reached as r
join {p}numbered as n on n.course_id = r.course_id
where n.link = 'local' and n.field is null
{sections}
