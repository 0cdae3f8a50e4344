-- One row a verdict other than `same`, in the columns of every plan's change tables.
create temp table {p}change_{hop}_{element} as
select
    v.owner_id,
    v.course_id,
    case when v.is_there then v.row_id end as row_id,
    case when v.was <> 'insert' then v.f_parent_row_id end as upper_row_id,
    false as upper_is_new,
    case
        when not v.is_there then null
        when v.n_parent_row_id is null then 'local'
        when v.n_is_link_broken then 'broken'
        when u.row_id is not null then 'linked'
        else 'orphan'
    end as link,
    v.verdict,
    v.reason,
    null::varchar as use,
    case when v.verdict = 'insert' then v.row_id end as restored_id,
    v.n_parent_row_id as b_parent_row_id,
    v.n_is_link_broken as b_is_link_broken,
    case v.verdict
        when 'delete' then null when 'keep' then v.n_parent_row_id else v.f_parent_row_id
    end as a_parent_row_id,
    case v.verdict
        when 'delete' then null when 'keep' then v.n_is_link_broken else v.f_is_link_broken
    end as a_is_link_broken,
    {columns}
from {p}judged_{hop}_{element} as v
left join {upper_table} as u on u.row_id = v.n_parent_row_id
where v.verdict <> 'same'
