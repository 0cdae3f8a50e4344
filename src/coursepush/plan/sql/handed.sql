-- One row a setup row of a course as hop 1 leaves it: what its sections are handed (rules.md 5). `spreads` is
-- false for what is left over on the course; `blocked` says why it cannot be pushed on.
create temp table {p}handed_{element} as
with written as (
    select * from {p}change_1_{element} where verdict in ({writing})
), residual as (
    select row_id from {p}change_1_{element} where reason = 'residual'
), after as (
    select
        p.row_id,
        false as is_new,
        p.owner_id,
        p.parent_row_id,
        p.is_link_broken,
        {present_values}
    from {p}present_1_{element} as p
    anti join written as w on w.row_id = p.row_id
    union all
    select
        coalesce(w.row_id, n.row_id) as row_id,
        w.row_id is null as is_new,
        w.owner_id,
        w.a_parent_row_id as parent_row_id,
        w.a_is_link_broken as is_link_broken,
        {written_values}
    from written as w
    left join {p}new_id_1_{family} as n
        on n.owner_id = w.owner_id and n.upper_row_id = w.upper_row_id
    where w.verdict <> 'delete'
)
select
    u.row_id,
    u.is_new,
    u.owner_id,
    left_over.row_id is null
        and (u.parent_row_id is null or u.is_link_broken or m.row_id is not null) as spreads,
    {blocked} as blocked,
    {values}
from after as u
join {p}target_course as c on c.course_id = u.owner_id
left join {master_table} as m on m.row_id = u.parent_row_id
left join residual as left_over on left_over.row_id = u.row_id
{joins}
