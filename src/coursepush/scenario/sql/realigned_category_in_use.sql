-- One row a section's category that has an assignment in the scenario: of those that assignments were moved from or to,
-- by the assignments themselves.
select row_id
from district.push.category_in_use
where row_id not in (select row_id from {database}.main.moved_category)
union
select distinct a.category_row_id as row_id
from {database}.main.assignment as a
semi join {database}.main.moved_category as m on m.row_id = a.category_row_id
