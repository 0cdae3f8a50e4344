-- One row a verdict of the plan on a row that is there, of a section asked for or its course.
select r.hop, r.element, w.section_id, r.row_id, any_value(r.fate) as fate
from (
{rows}
) as r
join {p}shown as w
    on (r.hop = 2 and w.section_id = r.section_id) or (r.hop = 1 and w.course_id = r.course_id)
where r.row_id is not null
    and (r.hop = 2 or r.element in ('grading_tasks', 'standards'))
group by r.hop, r.element, w.section_id, r.row_id
