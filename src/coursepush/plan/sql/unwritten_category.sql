-- One row a category that this push leaves on an owner it writes a category on.
create temp table {p}unwritten_category_{hop} as
select p.row_id, p.owner_id, p.name, p.name_key, n.name_key is not null as is_taken
from {p}judged_{hop}_categories as v
join {p}present_{hop}_categories as p on p.row_id = v.row_id
semi join {p}written_name_{hop} as any_name on any_name.owner_id = p.owner_id
left join {p}written_name_{hop} as n on n.owner_id = p.owner_id and n.name_key = p.name_key
where v.verdict in ('same', 'keep', 'skip', 'fail')
