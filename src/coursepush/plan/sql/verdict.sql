-- One verdict a pair of {element}: `b_` columns as the row stands, `a_` as it will stand (null where there is none),
-- `w_` the key of the wanted row. `restored_id` is for plans that undo.
select
    m.owner_id,
    m.course_id,
    m.row_id,
    m.upper_row_id,
    m.upper_is_new,
    j.link,
    j.verdict,
    j.reason,
    j.use,
    j.rule_no,
    cast(null as bigint) as restored_id,
    {alters} as alters,
    {columns}
from {met} as m
join {judged} as j on j.element = '{element}' and j.met_id = m.rowid
{where}
