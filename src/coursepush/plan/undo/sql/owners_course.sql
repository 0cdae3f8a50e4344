-- One row a course that is there, or that the push took away.
select course_id
from course
union
select cast(json_extract_string(row_at, '$.course_id') as bigint)
from push.history_setup
where push_id = {push_id} and table_name = 'course' and field_at is null and will is null
