-- One row a task or standard, not wanted any more, with work on it (rules.md 2).
create temp table {p}used_{hop}_{element} as
select distinct p.row_id
from {p}pair_{hop}_{element} as x
join {p}present_{hop}_{element} as p on p.row_id = x.row_id
join {p}work_{hop} as w on w.owner_id = p.owner_id and w.task_id = p.task_id
where {rests_on_use}
