-- One row a student and grade that a plan may move: before and after, what is posted, and what becomes of it.
create temp table {p}move as
with beside as (
    -- one row a student and grade there is on either side
    select
        coalesce(a.student_id, b.student_id) as student_id,
        coalesce(a.section_id, b.section_id) as section_id,
        coalesce(a.task_id, b.task_id) as task_id,
        coalesce(a.term_seq, b.term_seq) as term_seq,
        b.percent as percent_before,
        a.percent as percent_after,
        b.mark as mark_before,
        a.mark as mark_after,
        b.floor as floor_before,
        a.floor as floor_after,
        b.is_passing as passing_before,
        a.is_passing as passing_after
    from (select * from {p}grade where side = 'before') as b
    full join (select * from {p}grade where side = 'after') as a
        on a.section_id = b.section_id
        and a.student_id = b.student_id
        and a.task_id = b.task_id
        and a.term_seq = b.term_seq
)
select
    b.student_id,
    b.section_id,
    b.task_id,
    b.term_seq,
    b.percent_before,
    b.percent_after,
    b.percent_after - b.percent_before as change,
    b.mark_before,
    b.mark_after,
    p.percent as posted_percent,
    p.mark as posted_mark,
    b.percent_before is distinct from b.percent_after
    or b.mark_before is distinct from b.mark_after
    or coalesce(b.passing_before <> b.passing_after, false) as moves,
    b.percent_before is null as appears,
    b.percent_after is null as vanishes,
    coalesce(
        {both_marked} and (b.floor_before is null or b.floor_after > b.floor_before) and b.floor_after is not null,
        false
    ) as mark_up,
    coalesce(
        {both_marked} and (b.floor_after is null or b.floor_after < b.floor_before) and b.floor_before is not null,
        false
    ) as mark_down,
    coalesce(b.passing_after and not b.passing_before, false) as passes,
    coalesce(b.passing_before and not b.passing_after, false) as fails,
    coalesce(
        case
            when p.mark is not null
                then p.mark = b.mark_before and p.mark is distinct from b.mark_after
            else p.percent = b.percent_before and p.percent is distinct from b.percent_after
        end,
        false
    ) as posted_disagrees
from beside as b
left join posted_grade as p
    on p.section_id = b.section_id
    and p.student_id = b.student_id
    and p.task_id = b.task_id
    and p.term_seq = b.term_seq
