-- One row a row or field, with what it is and what stands there in words.
with told as (
    select
        r.*,
        {what} as what,
        case when r.now is not null and r.field is not null then {value} end as value_words,
        case when r.now is not null and r.field is null then {row} end as row_words
    from {source} as r
    cross join ({bank}) as n
    left join grading_task as t on t.task_id = try_cast(r.key ->> '$.task_id' as bigint)
    left join grading_task as d on d.task_id = try_cast(r.key ->> '$.child_task_id' as bigint)
    left join assessment_test as x on x.test_id = try_cast(r.key ->> '$.test_id' as bigint)
)
select
    told.* exclude (place, value_words, row_words),
    case
        when now is null then null
        when field is not null then coalesce(value_words, 'blank')
        else what || coalesce(' (' || row_words || ')', '')
    end as stands
from told
order by place, key nulls first, field nulls first
