-- One row a category whose name another row of the same owner keeps: that of the smallest row_id, whatever the order
-- of the lines.
select source_line, row_id, owner_id, name, lower(name) as name_key
from {staged}
where owner_id is not null and name is not null
qualify row_number() over (partition by owner_id, lower(name) order by row_id, source_line) > 1
