-- One row a push and the undo, itself still in force, that took it back: on the rows both wrote, neither counts.
select push_id, by_push
from (values {pairs}) as pairs (push_id, by_push)
where push_id is not null
