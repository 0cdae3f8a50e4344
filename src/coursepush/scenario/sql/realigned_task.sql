-- One row an assignment, task and term that it counts for in the scenario.
select assignment_id, task_id, term_seq
from district.main.assignment_task
anti join {database}.main.moved_section_assignment as m using (assignment_id)
union all
select assignment_id, task_id, term_seq
from {database}.main.moved_task
