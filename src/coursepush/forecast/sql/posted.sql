-- One row a student and child of a composite with a posted percent, in hundred-millionths (GRADES.md 8).
create temp table {p}posted as
select n.node_id, g.student_id, cast(g.percent * 10000::decimal(5, 0) as hugeint) * 10000 as percent
from (select distinct child_id from {p}edge) as e
join {p}node as n on n.node_id = e.child_id
join posted_grade as g
    on g.section_id = n.section_id and g.task_id = n.task_id and g.term_seq = n.term_seq
semi join enrollment as r on r.section_id = g.section_id and r.student_id = g.student_id
where g.percent is not null and {students}
