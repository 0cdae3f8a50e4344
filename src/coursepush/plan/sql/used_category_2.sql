-- One row a section category in question that has an assignment, active or not (rules.md 2).
create temp table {p}used_{hop}_{element} as
select x.row_id
from {p}pair_{hop}_{element} as x
semi join assignment as a on a.category_row_id = x.row_id
where {rests_on_use}
