-- One row a row that the push wrote: as it was before (f_), and as it stands now (n_).
select
    h.row_id,
    h.verdict as was,
    h.was_used,
    coalesce(h.before_owner_id, h.after_owner_id) as owner_id,
    o.course_id,
    o.course_id is not null as owner_is_there,
    n.row_id is not null as is_there,
    n.row_id is not null and {stands_as_pushed} as stands_as_pushed,
    last.push_id is distinct from {push_id} as is_written_since,
    n.row_id is not null and {stands_as_before} as stands_as_before,
    {columns}
from push.history_{table} as h
left join {table} as n on n.row_id = h.row_id
left join {owner_table} as o on o.{owner_id} = coalesce(h.before_owner_id, h.after_owner_id)
left join (
{last_writer}
) as last on last.row_id = h.row_id
where h.push_id = {push_id} and h.element = '{element}'
