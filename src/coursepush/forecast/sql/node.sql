-- One row a side, section, task and term that is asked for or that such a grade rests on, with its options (null: no
-- grade is computed) and what it is: composite, a child, in a cycle.
create temp table {p}node as
with wanted as (
    select s.side, a.section_id, a.task_id, a.term_seq, true as is_asked
    from {p}asked as a
    cross join (select unnest({sides}) as side) as s
    union all
    select r.side, r.section_id, r.below_task_id, r.below_term_seq, false as is_asked
    from {p}reach as r
    join {p}asked as a on a.section_id = r.section_id and a.task_id = r.task_id and a.term_seq = r.term_seq
), each as (
    -- one row a grade, however often it is wanted
    select side, section_id, task_id, term_seq, bool_or(is_asked) as is_asked
    from wanted
    group by side, section_id, task_id, term_seq
), parent as (
    -- one row a composite
    select distinct side, section_id, task_id, term_seq
    from {p}child
), cycle as (
    -- one row a grade that rests on itself
    select side, section_id, task_id, term_seq
    from {p}reach
    where task_id = below_task_id and term_seq = below_term_seq
)
select
    row_number() over () as node_id,
    e.side,
    e.section_id,
    e.task_id,
    e.term_seq,
    e.is_asked,
    o.calc_type,
    o.scale_id,
    o.weight_categories,
    o.use_percent,
    o.last_n,
    o.from_term_seq,
    p.section_id is not null as is_composite,
    c.section_id is not null as is_cyclic
from each as e
left join {p}option as o
    on o.side = e.side and o.section_id = e.section_id and o.task_id = e.task_id and o.term_seq = e.term_seq
left join parent as p
    on p.side = e.side and p.section_id = e.section_id and p.task_id = e.task_id and p.term_seq = e.term_seq
left join cycle as c
    on c.side = e.side and c.section_id = e.section_id and c.task_id = e.task_id and c.term_seq = e.term_seq
