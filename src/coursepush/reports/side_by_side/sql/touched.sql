-- One row: how many courses, sections and teachers a plan writes to. A section's rows are its own; a course's are those
-- of the course alone.
select
    count(distinct r.course_id) as courses,
    count(distinct r.section_id) as sections,
    count(distinct s.teacher_id) as teachers
from (
    {rows}
) as r
left join section as s on s.section_id = r.section_id
where r.verdict in ({writing})
