-- One row a verdict of the plan on a row that is there, of a section asked for or its course.
select r.hop, r.element, w.section_id, r.row_id, any_value(r.fate) as fate
from (
{rows}
) as r
join (
    select section_id, 2 as hop, section_id as owner_id from {p}shown
    union all
    select section_id, 1 as hop, course_id as owner_id from {p}shown
) as w on w.hop = r.hop and w.owner_id = case r.hop when 1 then r.course_id else r.section_id end
where r.row_id is not null
    and (r.hop = 2 or r.element in ('grading_tasks', 'standards'))
group by r.hop, r.element, w.section_id, r.row_id
