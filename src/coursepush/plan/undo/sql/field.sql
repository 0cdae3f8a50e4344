select
    h.course_id,
    c.calendar_id,
    '{column}' as field,
    cast(h.before_{column} as varchar) as former_value,
    cast(h.after_{column} as varchar) as pushed_value,
    cast(c.{column} as varchar) as now_value,
    true as had_row,
    false as removes_row,
    true as has_row_as_pushed,
    true as has_row_as_before,
    last.push_id is distinct from {push_id} as is_written_since
from push.history_course as h
join course as c on c.course_id = h.course_id
left join (
{last_writer}
) as last on last.course_id = h.course_id
where h.push_id = {push_id} and h.before_{column} is distinct from h.after_{column}
