-- One row a data type, and one with null for all of them: how many owners a push would write on, and how often;
-- `unknown_removals`: of these, what is removed although it is not known whether it is used.
-- Parameter: elements (null: all).
select
    w.element,
    count(*) as writes,
    count(distinct {upper}) as masters,
    count(distinct w.course_id) as courses,
    count(distinct w.section_id) as sections,
    count(distinct s.teacher_id) as teachers,
    count(distinct k.school_id) as schools,
    count(*) filter (w.change = 'remove' and w.use = 'unknown') as unknown_removals
from {p}written as w
join {p}course as k on k.course_id = w.course_id
left join {p}reach as a on a.course_id = w.course_id
left join {p}section as s on s.section_id = w.section_id
where {asked} and {within:elements w.element}
group by grouping sets ((w.element), ())
order by {element_order} nulls first
