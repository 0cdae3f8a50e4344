-- One verdict a row that the push wrote: back to what it was, or left alone (architecture.md section 1).
create temp table {p}judged_{hop}_{element} as
select
    r.*,
    case
        when s.row_id is not null then 'keep'
        when n.is_back then 'same'
        when r.was = 'insert' then 'delete'
        when r.was = 'delete' then 'insert'
        else r.was
    end as verdict,
    case when s.row_id is not null then s.reason when not n.is_back then 'undo' end as reason
from {p}undo_row_{hop}_{element} as r
join {p}undo_node as n on n.table_name = '{table}' and n.row_id = r.row_id
left join {p}undo_stays as s on s.table_name = '{table}' and s.row_id = r.row_id
