-- One row an earlier push wrote under a row that has another id in the new extract: its link follows it.
update district.push.history_{table} as h
set {when}_parent_row_id = m.new_id
from moved_{upper} as m
where m.old_id = h.{when}_parent_row_id
