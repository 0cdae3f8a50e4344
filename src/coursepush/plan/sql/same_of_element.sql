select '{element}' as element, p.owner_id, p.course_id, p.row_id, p.parent_row_id as upper_row_id
from (
    {present}
) as p
anti join {verdicts} as v on v.row_id = p.row_id
