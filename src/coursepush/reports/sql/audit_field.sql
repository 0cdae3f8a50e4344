-- One row a course attribute or district-defined field that differs from the course master's; no row counts as null.
insert into {p}difference by name
select
    course_id,
    null::bigint as row_id,
    'course_info' as element,
    null::varchar as key,
    field as place,
    field,
    'differs' as difference,
    null::varchar as link,
    null::varchar as use,
    'course_info.' || field as lock,
    master_value,
    course_value,
    false as is_post_only,
    null::varchar as broken
from (
    {selects}
)
