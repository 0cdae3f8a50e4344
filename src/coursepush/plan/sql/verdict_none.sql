-- No row: this data type does not go on this hop. The columns are those of every table of verdicts.
create temp table {p}verdict_{hop}_{element} as
select
    null::bigint as owner_id,
    null::bigint as course_id,
    null::bigint as row_id,
    null::bigint as upper_row_id,
    null::boolean as upper_is_new,
    null::varchar as link,
    null::varchar as verdict,
    null::varchar as reason,
    null::varchar as use,
    null::bigint as restored_id,
    {columns_out}
where false
