-- One row a category of a course, as hop 1 leaves it, that names a task the course will not have.
create temp table {p}category_gap_2 as
with named as (
    select h.owner_id as course_id, h.row_id, unnest(string_split(h.task_ids, ';'))::bigint as task_id
    from {p}handed_categories as h
    where h.task_ids <> ''
)
select distinct n.course_id, n.row_id
from named as n
anti join {p}task_after as t on t.course_id = n.course_id and t.task_id = n.task_id
