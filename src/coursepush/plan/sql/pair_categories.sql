-- One row a pair of categories: by link first, whatever the names (rules.md 3), then by name.
create temp table {p}pair_{hop}_{element} as
with present as (
    select * from {p}present_{hop}_{element} where {goes}
), by_link as (
    -- one row a present row whose parent is wanted; the one in place 1 pairs
    select
        p.row_id,
        w.owner_id,
        w.upper_row_id,
        row_number() over (
            partition by w.owner_id, w.upper_row_id
            order by (w.name_key = p.name_key) desc, p.name_key
        ) as place
    from present as p
    join {p}wanted_{hop}_{element} as w
        on w.owner_id = p.owner_id and w.upper_row_id = p.parent_row_id
), by_name as (
    -- one row a pair of what is left; left-over rows of the course are paired by link only (rules.md 5.1)
    select p.row_id, w.owner_id, w.upper_row_id
    from present as p
    anti join by_link as l on l.row_id = p.row_id and l.place = 1
    join {p}wanted_{hop}_{element} as w
        on w.owner_id = p.owner_id and w.name_key = p.name_key and w.spreads
    anti join by_link as l on l.owner_id = w.owner_id and l.upper_row_id = w.upper_row_id
), paired as (
    select row_id, owner_id, upper_row_id from by_link where place = 1
    union all
    select row_id, owner_id, upper_row_id from by_name
), matched as (
    select
        w.owner_id,
        w.course_id,
        p.row_id,
        p.parent_row_id,
        p.is_link_broken,
        w.upper_row_id,
        w.upper_is_new,
        w.spreads,
        w.blocked,
        {differs} as differs
    from {p}wanted_{hop}_{element} as w
    left join paired as x on x.owner_id = w.owner_id and x.upper_row_id = w.upper_row_id
    left join present as p on p.row_id = x.row_id
    union all
    select
        p.owner_id,
        p.course_id,
        p.row_id,
        p.parent_row_id,
        p.is_link_broken,
        null as upper_row_id,
        null as upper_is_new,
        null as spreads,
        null as blocked,
        false as differs
    from present as p
    anti join paired as x on x.row_id = p.row_id
)
select
    m.owner_id,
    m.course_id,
    m.row_id,
    m.upper_row_id,
    m.upper_is_new,
    m.blocked,
    {pairing} as pairing,
    case when l.place > 1 then 'local' else {link} end as link,
    coalesce(m.differs, false) as differs
from matched as m
left join by_link as l on l.row_id = m.row_id
{known}
