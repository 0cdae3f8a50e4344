-- One row a change that awaits a push to a section, in words.
select
    k.catalog,
    k.year,
    k.school,
    k.calendar,
    k.course_number,
    k.course_name,
    s.section_number,
    s.teacher,
    r.element,
    {what} as name,
    r.key,
    r.field,
    r.change,
    r.after_value as course_value,
    r.first_value as section_value,
    {in_words} as in_words,
    r.course_id,
    r.section_id,
    r.row_id
from {p}told as r
{words}
join {p}course as k on k.course_id = r.course_id
join {p}section as s on s.section_id = r.section_id
left join grading_task as t on t.task_id = try_cast(r.key ->> '$.task_id' as bigint)
left join grading_task as d on d.task_id = try_cast(r.key ->> '$.child_task_id' as bigint)
left join assessment_test as x on x.test_id = try_cast(r.key ->> '$.test_id' as bigint)
order by
    k.catalog nulls last, k.year, k.school, k.calendar, k.course_number, k.course_id, s.section_number nulls first,
    s.section_id, {element_order}, r.key nulls first, r.field nulls first, r.row_id nulls first, r.change
