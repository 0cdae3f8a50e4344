-- No row: what is back already is among the verdicts.
create temp table {p}same_{hop} as
select
    null::varchar as element,
    null::bigint as owner_id,
    null::bigint as course_id,
    null::bigint as row_id,
    null::bigint as upper_row_id
where false
