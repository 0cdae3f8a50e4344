-- One row a verdict other than `same`, typed: b_ columns as the row stands, a_ columns as it will stand
-- (null where there is none), w_ columns the key of the wanted row. `restored_id` is for plans that undo.
create temp table {p}change_{hop}_{element} as
select
    v.owner_id,
    v.course_id,
    v.row_id,
    v.upper_row_id,
    v.upper_is_new,
    v.link,
    v.verdict,
    v.reason,
    v.use,
    null::bigint as restored_id,
    p.parent_row_id as b_parent_row_id,
    p.is_link_broken as b_is_link_broken,
    case
        when v.verdict = 'delete' then null
        when {takes_wanted} then w.upper_row_id
        else p.parent_row_id
    end as a_parent_row_id,
    case
        when v.verdict = 'delete' then null
        when {takes_wanted} then false
        else p.is_link_broken
    end as a_is_link_broken,
    {columns}
from {p}verdict_{hop}_{element} as v
left join {p}present_{hop}_{element} as p on p.row_id = v.row_id
left join {p}wanted_{hop}_{element} as w
    on w.owner_id = v.owner_id and w.upper_row_id = v.upper_row_id
where v.verdict <> 'same'
