-- One row a push whose writing counts as this one's: itself, and whatever undid an undo of it.
create temp table {p}undo_same_push as
with recursive same as (
    select cast({push_id} as bigint) as push_id
    union
    select redone.push_id
    from same as s
    join push.history as undone on undone.undoes = s.push_id
    join push.history as redone on redone.undoes = undone.push_id
)
select push_id from same
