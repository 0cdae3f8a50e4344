-- One row an enrolled student and grade that is no composite, its percent in hundred-millionths (GRADES.md 7).
create temp table {p}task_grade as
{pool_sums}, percents as (
    -- the same, with the category's percent; null where the category does not count
    select pool_id, student_id, amount, divisor, case when divisor > 0 then {category_percent} end as percent
    from pool_sum as s
), added as (
    -- one row a student, grade and category that counts: what it adds to both sums, of the weighted categories or of
    -- all scores as one pool
    select
        p.node_id,
        s.student_id,
        case when p.weight_categories then p.weight * s.percent else s.amount * 10000 end as amount,
        case when p.weight_categories then p.weight * 10000 else s.divisor end as divisor
    from {p}pool_of_node as p
    join percents as s on s.pool_id = p.pool_id
    where not p.weight_categories or (p.weight > 0 and s.divisor > 0)
), summed as (
    -- one row a student and grade
    select node_id, student_id, sum(amount) as amount, sum(divisor) as divisor
    from added
    group by node_id, student_id
)
select s.node_id, s.student_id, {grade_percent} as percent
from summed as s
join {p}node as n on n.node_id = s.node_id
semi join enrollment as e on e.section_id = n.section_id and e.student_id = s.student_id
where s.divisor > 0
