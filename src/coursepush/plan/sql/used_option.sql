-- One row a calculation option in question with work on its task and term, or a term it cumulates (rules.md 2).
create temp table {p}used_{hop}_{element} as
select distinct p.row_id
from {p}pair_{hop}_{element} as x
join {p}present_{hop}_{element} as p on p.row_id = x.row_id
join {p}work_{hop} as w on w.owner_id = p.owner_id and w.task_id = p.task_id
where {rests_on_use}
    and (w.term_seq = p.term_seq or w.term_seq between p.cumulative_from_term_seq and p.term_seq)
