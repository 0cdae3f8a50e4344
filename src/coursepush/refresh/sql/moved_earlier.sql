-- One row a row that a push added before the last refresh, which that refresh did not have and this one has.
union
select p.row_id, n.row_id
from last_pushed_{table} as p
join unknown as n on {same_pushed}
anti join district.main.{table} as d on d.row_id = p.row_id
where p.v is not null and p.row_id <> n.row_id
