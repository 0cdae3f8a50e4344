-- One row a side, section and two grades of which the first rests on the second, over any number of composites. What
-- reaches itself is a cycle (GRADES.md 8).
create temp table {p}reach as
with recursive reached as (
    select side, section_id, task_id, term_seq, child_task_id as below_task_id, child_term_seq as below_term_seq
    from {p}child
    union
    select r.side, r.section_id, r.task_id, r.term_seq, c.child_task_id, c.child_term_seq
    from reached as r
    join {p}child as c
        on c.side = r.side
        and c.section_id = r.section_id
        and c.task_id = r.below_task_id
        and c.term_seq = r.below_term_seq
)
select *
from reached
