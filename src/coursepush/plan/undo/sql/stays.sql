-- One row a row that the push wrote and that cannot go back, with the gravest of its reasons (RULES.md 6).
with recursive away as (
    -- one row a row that is not back already
    select table_name, row_id from {p}undo_node where not is_back
), going as (
    select table_name, row_id from {p}undo_node where reason is null and not is_back
), stays as (
    select table_name, row_id, reason from {p}undo_node where reason is not null
    union
    select n.table_name, n.row_id, n.reason
    from {p}undo_need as n
    semi join away as a on a.table_name = n.table_name and a.row_id = n.row_id
    anti join going as by_going on by_going.table_name = n.by_table and by_going.row_id = n.by_row
    union
    select n.table_name, n.row_id, n.reason
    from stays as s
    join {p}undo_need as n on n.by_table = s.table_name and n.by_row = s.row_id
    join away as a on a.table_name = n.table_name and a.row_id = n.row_id
), ranked as (
    select
        *,
        case reason when 'changed_since' then 1 when 'used_since' then 2 else 3 end as rank
    from stays
)
select table_name, row_id, arg_min(reason, rank) as reason
from ranked
group by table_name, row_id
