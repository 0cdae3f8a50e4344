-- One row a category that the new extract has under another name: its owner and id say that it is the same. Ids that a
-- push gave here (ours), and those of rows that no extract could give (kept), say nothing of the source's rows.
insert into same_{table}
with unmet as (
    select d.row_id, d.owner_id
    from district.main.{table} as d
    anti join same_{table} as s on s.old_id = d.row_id
    anti join pushed_{table} as ours on ours.row_id = d.row_id and ours.before_owner_id is null
    anti join district.push.kept_row as kept on kept.table_name = '{table}' and kept.row_id = d.row_id
), unknown as (
    select n.row_id, n.owner_id
    from {staged} as n
    anti join same_{table} as s on s.new_id = n.row_id
)
select u.row_id, u.row_id, true
from unmet as u
semi join unknown as n on n.row_id = u.row_id and n.owner_id = u.owner_id
