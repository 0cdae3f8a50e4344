-- One row an assignment, in the category that the scenario moved it to (SCENARIO.md 8).
select a.* replace (coalesce(m.category_row_id, a.category_row_id) as category_row_id)
from district.main.assignment as a
left join {database}.main.moved_assignment as m on m.assignment_id = a.assignment_id
