-- One row a section and task with work on it, and in which terms (RULES.md 2), of all sections of the courses
-- worked on.
select section_id as owner_id, task_id, terms
from (
    {rows}
)
