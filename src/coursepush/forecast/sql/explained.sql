-- one row: the grade asked for, with its options, its percent at 8 decimals and as shown, and its mark
select
    n.calc_type,
    n.is_composite,
    n.is_cyclic,
    n.weight_categories,
    n.use_percent,
    n.last_n,
    n.from_term_seq,
    k.name as scale,
    cast(e.percent as decimal(26, 0)) * 0.00000001::decimal(8, 8) as percent_exact,
    g.percent,
    g.mark,
    p.percent as posted_percent,
    p.mark as posted_mark,
    r.student_id is not null as is_enrolled,
    coalesce(t.name, 'task ' || n.task_id) as task,
    s.number as section,
    c.number as course_number,
    c.name as course_name
from {p}node as n
join section as s on s.section_id = n.section_id
join course as c on c.course_id = s.course_id
left join (
    select node_id, percent from {p}task_grade
    union all
    select node_id, percent from {p}composite_grade
) as e
    on e.node_id = n.node_id
left join {p}grade as g on g.section_id = n.section_id and g.task_id = n.task_id and g.term_seq = n.term_seq
left join posted_grade as p
    on p.section_id = n.section_id
    and p.student_id = $student
    and p.task_id = n.task_id
    and p.term_seq = n.term_seq
left join enrollment as r on r.section_id = n.section_id and r.student_id = $student
left join grading_scale as k on k.scale_id = n.scale_id
left join grading_task as t on t.task_id = n.task_id
where n.is_asked
