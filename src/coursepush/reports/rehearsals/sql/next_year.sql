-- One row a course of a calendar that has not begun.
select
    course_id,
    null::bigint as section_id,
    'its calendar has not begun' as what,
    calendar_id::varchar as detail
from {p}reached
where is_future
