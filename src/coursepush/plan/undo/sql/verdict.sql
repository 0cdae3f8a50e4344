-- One verdict a row that the push wrote, in the columns of every plan's verdicts; `same`: it is back already.
with judged as (
    -- one row a row that the push wrote: back to what it was, or left alone (RULES.md 10)
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
)
select
    v.owner_id,
    v.course_id,
    case when v.is_there then v.row_id end as row_id,
    case when v.was <> 'insert' and v.verdict <> 'same' then v.f_parent_row_id end as upper_row_id,
    false as upper_is_new,
    case
        when not v.is_there or v.verdict = 'same' then null
        when v.n_parent_row_id is null then 'local'
        when v.n_is_link_broken then 'broken'
        when u.row_id is not null then 'linked'
        else 'orphan'
    end as link,
    v.verdict,
    v.reason,
    null::varchar as use,
    null::integer as rule_no,
    case when v.verdict = 'insert' then v.row_id end as restored_id,
    {alters} as alters,
    v.n_parent_row_id as b_parent_row_id,
    v.n_is_link_broken as b_is_link_broken,
    case v.verdict
        when 'delete' then null when 'keep' then v.n_parent_row_id else v.f_parent_row_id
    end as a_parent_row_id,
    case v.verdict
        when 'delete' then null when 'keep' then v.n_is_link_broken else v.f_is_link_broken
    end as a_is_link_broken,
    {columns}
from judged as v
left join {upper_table} as u on u.row_id = v.n_parent_row_id
