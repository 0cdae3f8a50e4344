-- one row a child of the composite asked for: the percent it counts with, posted or in progress, or why it has none
select
    coalesce(t.name, 'task ' || c.child_task_id) as task,
    c.child_term_seq as term_seq,
    cast(c.weight as decimal(14, 0)) * 0.0001::decimal(4, 4) as weight,
    cast(coalesce(p.percent, g.percent) as decimal(26, 0)) * 0.00000001::decimal(8, 8) as percent,
    p.percent is not null as is_posted,
    case
        when coalesce(p.percent, g.percent) is not null then null
        when b.is_cyclic then 'it rests on itself'
        when b.calc_type is null then 'it has no calculation'
        when b.calc_type <> 'in_progress' then 'its calculation is not in progress'
        else 'no score counts'
    end as why,
    c.child_task_id as task_id
from {p}node as n
join {p}child as c
    on c.side = n.side and c.section_id = n.section_id and c.task_id = n.task_id and c.term_seq = n.term_seq
left join {p}node as b
    on b.side = c.side
    and b.section_id = c.section_id
    and b.task_id = c.child_task_id
    and b.term_seq = c.child_term_seq
left join {p}posted as p on p.node_id = b.node_id
left join (
    select node_id, percent from {p}task_grade
    union all
    select node_id, percent from {p}composite_grade
) as g
    on g.node_id = b.node_id
left join grading_task as t on t.task_id = c.child_task_id
where n.is_asked
order by task, c.child_task_id, c.child_term_seq
