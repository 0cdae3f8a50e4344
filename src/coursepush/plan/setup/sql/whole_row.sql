-- One row a row of {table} that edits add or take away.
select
    '{table}' as table_name,
    '{element}' as element,
    case when {b_key} is null then 'insert' else 'delete' end as verdict,
    null::varchar as reason,
    null::varchar as link,
    case when {b_key} is null then {a_course} else {b_course} end as course_id,
    case when {b_key} is null then {a_section} else {b_section} end as section_id,
    null::bigint as row_id,
    null::bigint as parent_row_id,
    case when {b_key} is null then {key_a} else {key_b} end as key,
    null::varchar as field,
    case when {b_key} is not null then {was} end as before,
    case when {a_key} is not null then {will} end as after,
    case when {b_key} is null then {key_a} else {key_b} end as row_at,
    null::varchar as field_at,
    case when {b_key} is not null then {was} end as was,
    case when {a_key} is not null then {will} end as will
from {table} as b
full join {left} as a on {same_key}
where {b_key} is null or {a_key} is null
