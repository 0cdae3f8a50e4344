-- One row a category of a {level} whose parent stands above it; the one in place 1 pairs with it (RULES.md 3).
create temp table {p}by_link_{level} as
select
    r.row_id,
    r.owner_id,
    u.row_id as upper_row_id,
    row_number() over (
        partition by r.owner_id, u.row_id
        order by (lower(r.name) = lower(u.name)) desc, lower(r.name)
    ) as place
from {table} as r
join {p}owner as o on o.level = '{level}' and o.owner_id = r.owner_id
join {upper_table} as u on u.owner_id = o.upper_owner_id and u.row_id = r.parent_row_id
