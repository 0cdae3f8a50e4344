-- One row a composite row in question with work on its parent or on its child (rules.md 2).
create temp table {p}used_{hop}_{element} as
select p.row_id
from {p}pair_{hop}_{element} as x
join {p}present_{hop}_{element} as p on p.row_id = x.row_id
join {p}work_{hop} as w
    on w.owner_id = p.owner_id and w.task_id = p.task_id and w.term_seq = p.term_seq
where {rests_on_use}
union
select p.row_id
from {p}pair_{hop}_{element} as x
join {p}present_{hop}_{element} as p on p.row_id = x.row_id
join {p}work_{hop} as w
    on w.owner_id = p.owner_id and w.task_id = p.child_task_id and w.term_seq = p.child_term_seq
where {rests_on_use}
