-- One row a course and row of its course master that it lacks or has otherwise and that cannot be pushed to it, and the
-- reason (RULES.md 4.3).
create temp table {p}blocked as
with gap as (
    {gap}
)
select course_id, element, upper_row_id, reason
from (
{selects}
)
where reason is not null
