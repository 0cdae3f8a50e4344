-- One row a student and grade that is asked for: its percent with 4 decimals, and its mark (GRADES.md 9).
create temp table {p}grade as
with mark as (
    -- one row a mark: from which percent, in hundredths, to which; the best mark has no end
    select
        scale_id,
        mark,
        is_passing,
        min_percent,
        lead(cast(min_percent as decimal(20, 4)), 1, 9999999999999999.9999)
            over (partition by scale_id order by min_percent) as below_percent
    from grading_scale_mark
), every as (
    -- one row a student and grade
    select node_id, student_id, percent from {p}task_grade
    union all
    select node_id, student_id, percent from {p}composite_grade
), rounded as (
    -- the same, with the percent that is shown and the percent that finds the mark
    select node_id, student_id, {shown} as percent, {for_mark} as mark_percent
    from every
)
select
    n.side,
    n.section_id,
    r.student_id,
    n.task_id,
    n.term_seq,
    r.percent,
    m.mark,
    m.min_percent as floor,
    case when n.scale_id is not null then coalesce(m.is_passing, false) end as is_passing
from rounded as r
join {p}node as n on n.node_id = r.node_id and n.is_asked
left join mark as m
    on m.scale_id = n.scale_id
    and m.min_percent <= r.mark_percent
    and m.below_percent > r.mark_percent
