-- One row a row of the owners named, and the row with the same key one level up, if there is one (SCENARIO.md 7).
select r.row_id, u.row_id as upper_row_id
from {table} as r
{owner}
left join {upper_table} as u on u.owner_id = {upper_owner} and {same_key}
where list_contains($owners::bigint[], r.owner_id) and {which}
