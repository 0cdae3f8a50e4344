-- One row a student and composite, its percent in hundred-millionths, from the bottom up (GRADES.md 8).
create temp table {p}composite_grade as
with recursive known as (
    -- one row a height, student and grade that is known there; `counts`: with this percent in the composites above
    select 0 as height, node_id, student_id, percent, true as counts, false as is_composite
    from {p}posted
    union all
    select 0 as height, t.node_id, t.student_id, t.percent, true as counts, false as is_composite
    from {p}task_grade as t
    semi join {p}edge as e on e.child_id = t.node_id
    anti join {p}posted as p on p.node_id = t.node_id and p.student_id = t.student_id
    union all
    select k.height, k.node_id, k.student_id, k.percent, k.counts, k.is_composite
    from (
        select height + 1 as height, node_id, student_id, percent, counts, is_composite
        from known
        union all
        select c.height, c.node_id, c.student_id, {percent} as percent, p.node_id is null as counts, true
        from (
            select
                k.height + 1 as height,
                e.node_id,
                k.student_id,
                sum(cast(e.weight as hugeint) * k.percent) as weighted,
                sum(cast(e.weight as hugeint)) as weight
            from known as k
            join {p}edge as e on e.child_id = k.node_id
            join {p}height as h on h.node_id = e.node_id and h.height = k.height + 1
            where k.counts
            group by k.height, e.node_id, k.student_id
        ) as c
        left join {p}posted as p on p.node_id = c.node_id and p.student_id = c.student_id
        where c.weight > 0
    ) as k
    where k.height <= (select max(height) from {p}height)
)
select node_id, student_id, percent
from known
where is_composite and height = (select max(height) from {p}height)
