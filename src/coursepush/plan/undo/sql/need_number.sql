select
    'course.number' as table_name,
    r.course_id as row_id,
    'course.number' as by_table,
    x.course_id as by_row,
    'key_taken' as reason
from {p}undo_attribute as r
join course as x
    on x.calendar_id = r.calendar_id and x.number = r.former_value and x.course_id <> r.course_id
where r.field = 'number'
