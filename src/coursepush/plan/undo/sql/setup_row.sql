-- One row a row or field of {table} that hop 0 of the push wrote, and what stands there now.
select
    h.verdict as was_done,
    h.row_at,
    h.field_at,
    h.was,
    h.will,
    {keys},
    {is_there} as is_there,
    case when {is_there} then {now} end as now,
    exists (
        select 1
        from push.history_setup as u
        where u.table_name = h.table_name
            and u.row_at = h.row_at
            and u.field_at is not distinct from h.field_at
            and u.push_id > {push_id}
            and u.push_id not in (select push_id from {p}taken_back)
            and u.push_id not in (select by_push from {p}taken_back)
            and u.push_id not in (
                select push_id from push.history where undoes = {push_id}
            )
    ) as is_written_since
from push.history_setup as h
left join {table} as r on {same_key}
where h.push_id = {push_id} and h.table_name = '{table}'
