select
    h.course_id,
    c.calendar_id,
    'custom.' || h.field as field,
    h.before_value as former_value,
    h.after_value as pushed_value,
    f.value as now_value,
    h.had_row and h.has_row as had_row,
    not h.had_row as removes_row,
    (f.owner_id is not null) = h.has_row as has_row_as_pushed,
    (f.owner_id is not null) = h.had_row as has_row_as_before,
    last.push_id is distinct from {push_id} as is_written_since
from push.history_custom_field as h
join course as c on c.course_id = h.course_id
left join custom_field as f on f.level = 'course' and f.owner_id = h.course_id and f.field = h.field
left join (
{last_writer}
) as last on last.course_id = h.course_id and last.field = h.field
where h.push_id = {push_id}
