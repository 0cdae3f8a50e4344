-- One row a district-defined field of a course or course master that edits add, change or take away.
select
    '{table}' as table_name,
    '{element}' as element,
    case when {b_key} is null then 'insert' when {a_key} is null then 'delete' else 'update' end as verdict,
    null::varchar as reason,
    null::varchar as link,
    case when coalesce(a.level, b.level) = 'course' then coalesce(a.owner_id, b.owner_id) end as course_id,
    null::bigint as section_id,
    null::bigint as row_id,
    null::bigint as parent_row_id,
    case when coalesce(a.level, b.level) <> 'course' then '{{"master_id":' || coalesce(a.owner_id, b.owner_id) || '}}' end
        as key,
    'custom.' || coalesce(a.field, b.field) as field,
    case when {b_key} is not null then {before} end as before,
    case when {a_key} is not null then {after} end as after,
    {row_at} as row_at,
    null::varchar as field_at,
    case when {b_key} is not null then {was} end as was,
    case when {a_key} is not null then {will} end as will
from {table} as b
full join {left} as a on {same_key}
where {b_key} is null or {a_key} is null or a.value is distinct from b.value
