-- One row a row of {table} whose {column} edits change.
select
    '{table}' as table_name,
    '{element}' as element,
    'update' as verdict,
    null::varchar as reason,
    null::varchar as link,
    {course_id} as course_id,
    {section_id} as section_id,
    null::bigint as row_id,
    null::bigint as parent_row_id,
    {key} as key,
    '{column}' as field,
    {was} as before,
    {will} as after,
    {row_at} as row_at,
    '{column}' as field_at,
    {was} as was,
    {will} as will
from {table} as b
join {left} as a on {same_key}
where a.{column} is distinct from b.{column}
