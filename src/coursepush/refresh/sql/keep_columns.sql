-- One row a row that is there still, in a table of which the extract does not give {column_names}: it keeps what it had.
update {staged} as n
set {assignments}
from (
    select {ids}, {values}
    from district.main.{table} as d
    {joins}
) as d
where {same_row}
