-- One row a section, task and term whose grade in progress a plan turns off, or whose categories would weigh another
-- total than before (in ten-thousandths), with both totals.
create temp table {p}harm as
with served as (
    -- one row a side, section and category that is not left out, with or without assignments
    {categories}
), total as (
    -- one row a side and grade by weighted categories: what the categories that serve its task weigh in all
    select o.side, o.section_id, o.task_id, o.term_seq, sum(g.weight) as weight
    from {p}option as o
    join served as g
        on g.side = o.side
        and g.section_id = o.section_id
        and (g.task_ids = '' or list_contains(string_split(g.task_ids, ';'), cast(o.task_id as varchar)))
    where o.calc_type = 'in_progress' and o.weight_categories
    group by o.side, o.section_id, o.task_id, o.term_seq
), before_option as (
    select *
    from {p}option
    where side = 'before' and calc_type = 'in_progress'
), after_option as (
    select *
    from {p}option
    where side = 'after' and calc_type = 'in_progress'
)
select
    'turned_off' as harm,
    b.section_id,
    b.task_id,
    b.term_seq,
    null::bigint as weight_before,
    null::bigint as weight_after
from before_option as b
anti join after_option as a
    on a.section_id = b.section_id and a.task_id = b.task_id and a.term_seq = b.term_seq
union all
select 'weights' as harm, a.section_id, a.task_id, a.term_seq, b.weight as weight_before, a.weight as weight_after
from total as a
join total as b
    on b.section_id = a.section_id and b.task_id = a.task_id and b.term_seq = a.term_seq
where a.side = 'after' and b.side = 'before' and a.weight <> b.weight
