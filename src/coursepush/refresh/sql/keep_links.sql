-- One row a row that stands in the district with a link, in a table whose extract gives no links at all: it keeps
-- its link, if the row above is still there.
update {staged} as n
set {assignments}
from (
    select s.new_id as row_id, coalesce(m.new_id, d.parent_row_id) as parent_row_id{broken}
    from district.main.{table} as d
    join same_{table} as s on s.old_id = d.row_id
    left join moved_{upper} as m on m.old_id = d.parent_row_id
    where d.parent_row_id is not null
) as d
where d.row_id = n.row_id
