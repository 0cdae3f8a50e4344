-- One row a difference between a course and its course master, and one a course without any. Parameters: statuses,
-- elements (null: all).
with bank as (
    {bank}
)
select
    k.catalog,
    k.year,
    k.school,
    k.calendar,
    k.course_number,
    k.course_name,
    c.master_number,
    s.status,
    c.ignore_master_push,
    r.element,
    case when r.element is not null then {what} end as name,
    r.key,
    r.field,
    r.difference,
    case
        when r.link = 'broken' then 'desynced'
        when r.link = 'local' or (r.link = 'orphan' and r.difference = 'extra' and r.use <> 'unused')
            then 'course managed'
        when r.link is not null then 'linked'
    end as state,
    r.link,
    r.use,
    r.is_locked,
    coalesce(r.sets_status, false) as sets_status,
    r.master_value,
    r.course_value,
    case when r.field is null then {master_row} else {master_field} end as master_words,
    case when r.field is null then {course_row} else {course_field} end as course_words,
    case
        when r.difference is null then case when c.ignore_master_push then 'ignore_master_push' end
        when r.broken is not null then r.broken
        when r.link = 'local' then case r.difference when 'extra' then 'local_extra' else 'local_paired' end
        when r.link = 'orphan' and r.difference <> 'extra' then 'orphan_paired'
        when r.link = 'orphan' then 'orphan_' || r.use
        when not r.is_governed then 'not_locked'
        when not c.is_reached then 'not_reached'
        when not c.master_is_active then 'master_inactive'
        when c.ignore_master_push then 'ignore_master_push'
        when r.is_post_only then 'post_only'
        when w.course_id is not null then 'duplicate_number'
        when b.reason is not null then b.reason
        when r.difference = 'missing' then 'missing'
        else 'differs'
    end as because,
    case
        when r.difference is not null and not r.is_governed then 'not_locked'
        when not c.is_reached then 'not_reached'
        when not c.master_is_active then 'master_inactive'
        when c.ignore_master_push then 'ignore_master_push'
        when r.is_post_only then null
        when w.course_id is not null then 'duplicate_number'
        when b.reason is not null then b.reason
        when c.is_summer and not (r.link = 'orphan' and r.difference = 'extra' and r.use = 'unknown') then 'summer'
    end as hindrance,
    case when r.field is null or r.key is null then l.after else (l.after -> ('$.' || r.field))::varchar end
        as last_pushed,
    l.push_id,
    e.drifted_since,
    k.course_id,
    c.master_id,
    r.row_id
from {p}target_course as c
cross join bank as n
join {p}course as k on k.course_id = c.course_id
join {p}status as s on s.course_id = c.course_id
left join {p}numbered as r on r.course_id = c.course_id
left join {p}last_pushed as l
    on l.hop = 1 and l.element = r.element and l.owner_id = r.course_id and l.place = r.place
left join {p}drifted as e on e.difference_no = r.difference_no
left join {p}blocked as b
    on b.course_id = r.course_id and b.element = r.element and b.upper_row_id = r.upper_row_id
left join {p}numbers_duplicate_number as w
    on w.course_id = r.course_id and r.element = 'course_info' and r.field = 'number'
left join grading_task as t on t.task_id = try_cast(r.key ->> '$.task_id' as bigint)
left join grading_task as d on d.task_id = try_cast(r.key ->> '$.child_task_id' as bigint)
left join assessment_test as x on x.test_id = try_cast(r.key ->> '$.test_id' as bigint)
where ($statuses::varchar[] is null or list_contains($statuses::varchar[], s.status))
    and ($elements::varchar[] is null or list_contains($elements::varchar[], r.element))
order by
    k.catalog nulls last, k.year, k.school, k.calendar, k.course_number, k.course_id, {element_order},
    r.key nulls first, r.row_id nulls first, r.field nulls first
