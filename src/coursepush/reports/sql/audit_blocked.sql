-- One row a course and row of its course master that cannot be pushed to it, and the reason (rules.md 4.3).
create temp table {p}blocked as
select course_id, element, upper_row_id, reason
from (
{selects}
)
where reason is not null
