-- One row a pool and grade that it serves, with the weight that the category has there.
create temp table {p}pool_of_node as
select pool_id, category_row_id, unnest(nodes, recursive := true)
from {p}pool
