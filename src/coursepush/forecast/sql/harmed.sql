-- one row a harm, with the names of its section and task
select
    h.harm,
    coalesce(l.name, l.number, 'school ' || l.school_id) as school,
    k.name as calendar,
    c.number as course_number,
    c.name as course_name,
    s.number as section_number,
    t.name as teacher,
    coalesce(x.name, 'task ' || h.task_id) as task,
    h.term_seq,
    cast(h.weight_before as decimal(14, 0)) * 0.0001::decimal(4, 4) as weight_before,
    cast(h.weight_after as decimal(14, 0)) * 0.0001::decimal(4, 4) as weight_after,
    c.course_id,
    h.section_id,
    h.task_id
from {p}harm as h
join section as s on s.section_id = h.section_id
join course as c on c.course_id = s.course_id
join calendar as k on k.calendar_id = c.calendar_id
join school as l on l.school_id = k.school_id
left join teacher as t on t.teacher_id = s.teacher_id
left join grading_task as x on x.task_id = h.task_id
order by school, calendar, course_number, section_number nulls last, h.section_id, h.harm, task, h.task_id, h.term_seq
