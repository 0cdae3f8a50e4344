-- One row a category whose name was mended: it takes the new one.
update {staged} as s
set name = r.after
from {repairs} as r
where r.table_name = '{table}' and r.rule = '{rule}' and r.source_line = s.source_line
