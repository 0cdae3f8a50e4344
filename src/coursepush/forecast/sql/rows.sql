-- one row a student and grade, the largest moves first
select
    {columns},
    (
        select string_agg(w.what, '; ' order by w.is_below, w.what)
        from {p}cause as w
        where w.section_id = f.section_id and w.task_id = f.task_id and w.term_seq = f.term_seq
    ) as cause{names}
from {p}move as f
join section as s on s.section_id = f.section_id
join course as c on c.course_id = s.course_id
join calendar as k on k.calendar_id = c.calendar_id
join school as h on h.school_id = k.school_id
left join teacher as t on t.teacher_id = s.teacher_id
left join grading_task as x on x.task_id = f.task_id
{where}
order by moves desc, abs(change) desc nulls first, f.section_id, f.task_id, f.term_seq, f.student_id
{limit}
