-- One row a child of a composite that has a grade: in progress, and in no cycle.
create temp table {p}edge as
select n.node_id, b.node_id as child_id, c.weight
from {p}node as n
join {p}child as c
    on c.side = n.side and c.section_id = n.section_id and c.task_id = n.task_id and c.term_seq = n.term_seq
join {p}node as b
    on b.side = c.side
    and b.section_id = c.section_id
    and b.task_id = c.child_task_id
    and b.term_seq = c.child_term_seq
where n.calc_type = 'in_progress' and not n.is_cyclic
