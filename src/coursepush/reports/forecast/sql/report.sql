-- one row a section, task and term whose grades were looked at: of how many students, what becomes of them, what makes
-- them move, and the largest group that is hidden where it is shown (GRADES.md 12; null: none)
with grade as (
    -- one row a section, task and term; {f}move has one row a student of these
    select section_id, task_id, term_seq, count(*) as looked_at, {counted}
    from {f}move
    group by section_id, task_id, term_seq
), cause as (
    -- the same
    select section_id, task_id, term_seq, string_agg(what, '; ' order by is_below, what) as cause
    from {f}cause
    group by section_id, task_id, term_seq
)
select
    {place},
    s.number as section_number,
    t.name as teacher,
    coalesce(x.name, 'task ' || g.task_id) as task,
    g.term_seq as term,
    g.looked_at,
    {outcomes},
    w.cause,
    o.hidden_by,
    k.school_id,
    s.teacher_id,
    k.course_id,
    g.section_id,
    g.task_id
from grade as g
join {f}told as o on o.section_id = g.section_id
join section as s on s.section_id = g.section_id
join {p}course as k on k.course_id = s.course_id
left join cause as w on w.section_id = g.section_id and w.task_id = g.task_id and w.term_seq = g.term_seq
left join teacher as t on t.teacher_id = s.teacher_id
left join grading_task as x on x.task_id = g.task_id
where {within:sections g.section_id}
    and {within:teachers s.teacher_id}
order by
    {in_order}, s.number nulls first, g.section_id, task, g.task_id, g.term_seq
