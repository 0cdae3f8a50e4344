-- One row a section and task with work on it, and in which terms (RULES.md 2), of all sections of the courses
-- worked on.
create temp table {p}work_2 as
select section_id as owner_id, task_id, terms
from (
    {rows}
)
