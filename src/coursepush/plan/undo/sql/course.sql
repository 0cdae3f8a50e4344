-- One row a course that the push wrote to, or to a section of.
with written as (
    {written}
)
select c.course_id, c.calendar_id, c.master_id, c.is_cross_site
from course as c
semi join written as w on w.course_id = c.course_id
