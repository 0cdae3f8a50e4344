-- One row a row or field that pushes wrote on the courses and sections asked for: as the last of them left it, null
-- where that one took it away or gave it another name.
create temp table {p}last_pushed as
with written as (
    select
        h.push_id,
        h.hop,
        h.element,
        case h.hop when 1 then h.course_id else h.section_id end as owner_id,
        {place_of:h} as place,
        case
            when h.element = 'categories' and h.before is not null
                then {named:h.before}
        end as old_place,
        h.after
    from push.history_row as h
    where h.verdict in ({writing})
), left_so as (
    select push_id, hop, element, owner_id, place, after from written
    union all
    select push_id, hop, element, owner_id, old_place, null from written where old_place <> place
), turned as (
    select
        l.*,
        row_number() over (
            partition by l.hop, l.element, l.owner_id, l.place
            order by l.push_id desc, l.after is null
        ) as turn
    from left_so as l
    semi join {p}owner as o on o.hop = l.hop and o.owner_id = l.owner_id
)
select push_id, hop, element, owner_id, place, after
from turned
where turn = 1
