-- One row a category that gives up a name that was taken: its verdict becomes `rename` and keeps its reason
-- (RULES.md 3).
update {p}verdict_{hop}_categories as v
set verdict = 'rename', a_name = n.new_name
from {p}new_name_{hop} as n
where n.row_id = v.row_id
