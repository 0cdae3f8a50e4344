union all
-- the wanted category beside the teacher's of the same name, which has to give up the name (RULES.md 3.3)
select
    m.owner_id,
    m.course_id,
    cast(null as bigint) as row_id,
    m.upper_row_id,
    m.upper_is_new,
    cast(null as varchar) as link,
    'insert' as verdict,
    cast(null as varchar) as reason,
    cast(null as varchar) as use,
    j.rule_no,
    cast(null as bigint) as restored_id,
    true as alters,
    {columns}
from {met} as m
join {judged} as j on j.element = '{element}' and j.met_id = m.rowid
where j.{condition}
