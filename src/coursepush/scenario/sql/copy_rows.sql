-- One row a row that is copied and course master that gets it: the row there with the same key, null where there is none.
select t.owner_id as target_id, o.row_id, {values}
from {table} as r
{bank}
cross join (select unnest($targets::bigint[]) as owner_id) as t
left join {table} as o on o.owner_id = t.owner_id and {same_key}
where r.owner_id = $source and (o.row_id is null or {differs})
