-- One row a category name that this push writes on an owner.
create temp table {p}written_name_{hop} as
select w.owner_id, w.name_key
from {p}judged_{hop}_categories as v
join {p}wanted_{hop}_categories as w on w.owner_id = v.owner_id and w.upper_row_id = v.upper_row_id
where v.verdict in ('insert', 'update', 'relink')
