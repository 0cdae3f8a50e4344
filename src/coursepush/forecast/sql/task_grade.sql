-- One row an enrolled student and grade that is no composite, its percent in hundred-millionths (GRADES.md 7).
create temp table {p}task_grade as
with summed as (
    -- one row a student and grade: the sums of the weighted categories, and those of all scores as one pool
    select
        p.node_id,
        s.student_id,
        sum(cast(p.weight as hugeint) * {category_percent}) filter (where s.divisor > 0 and p.weight > 0) as weighted,
        sum(cast(p.weight as hugeint)) filter (where s.divisor > 0 and p.weight > 0) as weight,
        sum(s.amount) as amount,
        sum(s.divisor) as divisor
    from {p}pool_of_node as p
    join {p}pool_sum as s on s.pool_id = p.pool_id
    group by p.node_id, s.student_id
)
select
    s.node_id,
    s.student_id,
    case
        when n.weight_categories then {weighted_percent}
        when s.divisor > 0 then {pooled_percent}
    end as percent
from summed as s
join {p}node as n on n.node_id = s.node_id
semi join enrollment as e on e.section_id = n.section_id and e.student_id = s.student_id
where case when n.weight_categories then s.weight > 0 else s.divisor > 0 end
