-- One row: the largest id that a row of the table has, or that something points to (SCENARIO.md 3).
select coalesce(max(row_id), 0) as row_id
from (
    {pointing}
)
