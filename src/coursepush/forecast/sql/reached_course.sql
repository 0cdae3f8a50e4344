-- one row a course that a plan has a verdict on
select distinct course_id
from (
    {selects}
)
where course_id is not null
