-- One row a course and district-defined field that this push writes: its value before and after, if it has one.
insert into push.history_custom_field (push_id, course_id, field, had_row, has_row, before_value, after_value)
select
    $push_id,
    v.course_id,
    substr(v.field, 8) as field,
    f.owner_id is not null as had_row,
    not v.removes_row as has_row,
    v.before_value,
    v.after_value
from {fields} as v
left join custom_field as f
    on f.level = 'course' and f.owner_id = v.course_id and f.field = substr(v.field, 8)
where v.verdict = 'update' and starts_with(v.field, 'custom.')
order by v.course_id, v.field
