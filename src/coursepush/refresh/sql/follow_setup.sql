-- One row a row of {table} that a plan of setup wrote, whose row has another id now; the text of a row begins with its id.
update district.push.history_setup as h
set
    row_at = '{{"row_id":' || m.new_id || '}}',
    was = regexp_replace(h.was, '^\{{"row_id":-?[0-9]+', '{{"row_id":' || m.new_id),
    will = regexp_replace(h.will, '^\{{"row_id":-?[0-9]+', '{{"row_id":' || m.new_id)
from moved_{table} as m
where h.table_name = '{table}' and h.row_at = '{{"row_id":' || m.old_id || '}}'
