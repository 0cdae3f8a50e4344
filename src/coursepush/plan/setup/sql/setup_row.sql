-- One row a row of {element} in {table} that edits add, change or take away.
select
    '{table}' as table_name,
    '{element}' as element,
    case
        when b.row_id is null then 'insert'
        when a.row_id is null then 'delete'
        when not ({values_differ}) and a.owner_id = b.owner_id then 'relink'
        when {only_name} and not ({others_differ}) then 'rename'
        else 'update'
    end as verdict,
    null::varchar as reason,
    {link} as link,
    {course_id} as course_id,
    {section_id} as section_id,
    b.row_id as row_id,
    {parent} as parent_row_id,
    {key} as key,
    null::varchar as field,
    case when b.row_id is not null then {before} end as before,
    case when a.row_id is not null then {after} end as after,
    {row_at} as row_at,
    null::varchar as field_at,
    case when b.row_id is not null then {was} end as was,
    case when a.row_id is not null then {will} end as will
from {table} as b
full join {left} as a on {same_key}
{bank}
{section}
{above}
{upper}
where {b_key} is null or {a_key} is null or {differs}
