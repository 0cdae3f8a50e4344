-- One row a section and task with work on it in the scenario (RULES.md 2), and in which terms: of sections in which
-- assignments were realigned, from the work itself.
select section_id, task_id, terms
from district.push.work
where section_id not in (select section_id from {database}.main.moved_section)
union all
{work}
