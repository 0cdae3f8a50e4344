-- One row a section that is there, or that the push took away.
select section_id, course_id
from section
union
select
    cast(json_extract_string(row_at, '$.section_id') as bigint),
    cast(json_extract_string(was, '$.course_id') as bigint)
from push.history_setup
where push_id = {push_id} and table_name = 'section' and field_at is null and will is null
