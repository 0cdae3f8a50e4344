-- One row a row that names what has another id in the district: it names it by that one.
update {staged} as n
set {column} = r.new_id
from renumber_{target} as r
where r.old_id = n.{column} and r.old_id <> r.new_id and {where}
