
union all
-- the wanted category beside the teacher's of the same name, which has to give up the name (RULES.md 3)
select
    v.owner_id,
    v.course_id,
    cast(null as bigint) as row_id,
    v.upper_row_id,
    v.upper_is_new,
    cast(null as varchar) as link,
    'insert' as verdict,
    cast(null as varchar) as reason,
    cast(null as varchar) as use,
    v.rule_no,
    cast(null as bigint) as restored_id,
    {columns_out}
from judged as v
where {condition}
