-- One row a setup row that was asked for and stays because it is used.
select
    {place},
    s.number as section_number,
    u.teacher,
    c.level,
    c.element,
    {name} as name,
    c.link,
    u.assignments,
    u.inactive_assignments,
    n.scores,
    n.posted_grades,
    n.comments,
    n.students,
    n.other_students,
    n.is_hidden,
    c.level || '_' || c.link as because,
    c.course_id,
    c.section_id,
    c.row_id
from {p}candidate as c
join {p}use as u on u.candidate_id = c.candidate_id
join {p}student as n on n.candidate_id = c.candidate_id
join {p}course as k on k.course_id = c.course_id
left join section as s on s.section_id = c.section_id
left join grading_task as t on t.task_id = c.task_id
left join grading_task as d on d.task_id = c.child_task_id
where c.is_asked and u.is_taught
order by
    {in_order},
    s.number nulls first, c.section_id nulls first, {element_order}, name, c.row_id
