-- One row a setup row's key or field that a difference is about, and what it is called.
create temp table {p}named as
select
    r.element,
    coalesce(r.key, r.field) as what,
    {what} as name
from (
    select distinct element, key, case when key is null then field end as field
    from {p}numbered
) as r
left join grading_task as t on t.task_id = try_cast(r.key ->> '$.task_id' as bigint)
left join grading_task as d on d.task_id = try_cast(r.key ->> '$.child_task_id' as bigint)
left join assessment_test as x on x.test_id = try_cast(r.key ->> '$.test_id' as bigint)
