-- No row: an undo skips nothing whole.
create temp table {p}whole as
select 1 as hop, '*' as element, null::varchar as reason, null::bigint as course_id
where false
