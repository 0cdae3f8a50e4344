-- No row: nothing was pushed yet.
create temp table {p}last_pushed as
select
    null::bigint as push_id,
    null::integer as hop,
    null::varchar as element,
    null::bigint as owner_id,
    null::varchar as place,
    null::varchar as after
where false
