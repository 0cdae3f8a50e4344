select
    'course.number' as table_name,
    course_id as row_id,
    calendar_id as owner_id,
    'update' as was,
    now_value is not distinct from former_value as is_back,
    case
        when now_value is not distinct from former_value then null
        when is_written_since or now_value is distinct from pushed_value then 'changed_since'
    end as reason
from {p}undo_attribute
where field = 'number'
