-- One row a pair: a wanted row and the present row it meets, or one of them alone (rules.md 3). Keys are
-- unique on both sides, so that the key finds every pair and the link only says how the two hang together.
create temp table {p}pair_{hop}_{element} as
with matched as (
    select
        coalesce(w.owner_id, p.owner_id) as owner_id,
        coalesce(w.course_id, p.course_id) as course_id,
        p.row_id,
        p.parent_row_id,
        p.is_link_broken,
        w.upper_row_id,
        w.upper_is_new,
        w.spreads,
        w.blocked,
        {differs} as differs
    from {p}wanted_{hop}_{element} as w
    full join (select * from {p}present_{hop}_{element} where {goes}) as p
        on p.owner_id = w.owner_id
        and {same_key}
        and (w.spreads or p.parent_row_id = w.upper_row_id)
)
select
    m.owner_id,
    m.course_id,
    m.row_id,
    m.upper_row_id,
    m.upper_is_new,
    m.blocked,
    {pairing} as pairing,
    {link} as link,
    coalesce(m.differs, false) as differs
from matched as m
{known}
