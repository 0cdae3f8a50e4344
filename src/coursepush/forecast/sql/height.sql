-- One row a composite that has a grade: over how many composites it stands, itself among them.
create temp table {p}height as
with recursive standing as (
    select distinct node_id, 1 as height
    from {p}edge
    union
    select e.node_id, s.height + 1 as height
    from standing as s
    join {p}edge as e on e.child_id = s.node_id
)
select node_id, max(height) as height
from standing
group by node_id
