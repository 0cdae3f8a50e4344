-- One verdict a row or field of {table} that hop 0 of the push wrote: back to what it was, or left alone (RULES.md 13).
insert into {setup}
with found as (
    select
        h.*,
        case
            when h.was is null and not h.is_there then 'back'
            when h.was is not null and h.is_there and h.now is not distinct from h.was then 'back'
            when h.is_written_since then 'changed_since'
            when h.was_done = 'delete' and h.is_there then 'key_taken'
            when h.was_done <> 'delete' and not (h.is_there and h.now is not distinct from h.will) then 'changed_since'
            when h.was_done = 'insert' then {rests}
        end as state,
        {course_id} as course_id,
        {section_id} as section_id,
        {row_id} as row_id,
        {element} as element,
        {key} as key,
        {field} as field,
        {before} as before,
        {after} as after
    from {rows} as h
    {bank}
    {owner}
)
select
    '{table}' as table_name,
    element,
    case
        when state = 'back' then 'same'
        when state is not null then 'keep'
        when was_done = 'insert' then 'delete'
        when was_done = 'delete' then 'insert'
        else was_done
    end as verdict,
    case when state is null then 'undo' when state <> 'back' then state end as reason,
    null::varchar as link,
    'district' as made_by,
    course_id,
    section_id,
    row_id,
    null::bigint as parent_row_id,
    key,
    field,
    case when is_there then before end as before,
    case when state is null then after when is_there then before end as after,
    row_at,
    field_at,
    case when is_there or field_at is not null then now end as was,
    was as will
from found
