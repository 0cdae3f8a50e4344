-- One row a pair: a wanted row and the present row it meets, or one of them alone (rules.md 3). Keys are
-- unique on both sides, so that the key finds every pair and the link only says how the two hang together.
-- What is left over on a course pairs with the section rows linked to it and with no other (rules.md 5.1):
-- where only the keys meet, the two stand apart again.
create temp table {p}pair_{hop}_{element} as
with met as (
    select
        w.owner_id as upper_owner_id,
        w.course_id as upper_course_id,
        w.upper_row_id,
        w.upper_is_new,
        w.spreads,
        w.blocked,
        p.owner_id,
        p.course_id,
        p.row_id,
        p.parent_row_id,
        p.is_link_broken,
        {differs} as differs,
        {stand_apart} as stand_apart
    from {p}wanted_{hop}_{element} as w
    full join (select * from {p}present_{hop}_{element} where {goes}) as p
        on p.owner_id = w.owner_id and {same_key}
), matched as (
    select
        coalesce(upper_owner_id, owner_id) as owner_id,
        coalesce(upper_course_id, course_id) as course_id,
        row_id,
        parent_row_id,
        is_link_broken,
        upper_row_id,
        upper_is_new,
        spreads,
        blocked,
        differs
    from met
    where not stand_apart
    union all
    select
        upper_owner_id, upper_course_id, null, null, null, upper_row_id, upper_is_new, spreads, blocked, false
    from met
    where stand_apart
    union all
    select owner_id, course_id, row_id, parent_row_id, is_link_broken, null, null, null, null, false
    from met
    where stand_apart
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
