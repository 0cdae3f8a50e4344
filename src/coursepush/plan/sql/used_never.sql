-- No row: an assessment is never used (rules.md 2).
create temp table {p}used_{hop}_{element} as
select row_id
from {p}pair_{hop}_{element}
where false
