-- One row an earlier push wrote, whose row has another id now, or is gone while its id became another row's.
update district.push.history_{table} as h
set row_id = m.new_id
from moved_{table} as m
where m.old_id = h.row_id
