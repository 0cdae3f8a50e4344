-- No row: an undo adds rows under the ids they had.
create temp table {p}new_id_{hop} as
select null::varchar as family, null::bigint as owner_id, null::bigint as upper_row_id, null::bigint as row_id
where false
