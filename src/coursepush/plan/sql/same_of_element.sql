select '{element}' as element, r.owner_id, o.course_id, r.row_id, r.parent_row_id as upper_row_id
from {table} as r
join {p}{owners} as o on o.{owner_id} = r.owner_id
{others}
