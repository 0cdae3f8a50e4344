-- One row a change that awaits a push of course masters, in words.
select
    r.catalog,
    r.year,
    m.number as master_number,
    m.name as master_name,
    r.element,
    {what} as name,
    r.key,
    r.field,
    r.change,
    r.after_value as master_value,
    case when r.course_values = 1 then r.first_value end as course_value,
    r.course_values,
    {in_words} as in_words,
    r.courses,
    r.schools,
    r.master_id
from {p}told as r
{words}
join course_master as m on m.master_id = r.master_id
left join grading_task as t on t.task_id = try_cast(r.key ->> '$.task_id' as bigint)
left join grading_task as d on d.task_id = try_cast(r.key ->> '$.child_task_id' as bigint)
left join assessment_test as x on x.test_id = try_cast(r.key ->> '$.test_id' as bigint)
order by
    r.catalog, r.year, m.number, r.master_id, {element_order}, r.key nulls first, r.field nulls first,
    r.change, r.after_value nulls first
