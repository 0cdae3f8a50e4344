-- One row a verdict row of the plan, and what came of it. Of rows that meet on a key, one that made way (`prior`) and
-- one that took the place (`heir`) explain what is found there. Judged is what the extracts give (k_).
create temp table {p}outcome as
with moved as (
    select distinct hop, course_id, element from {p}moved
    union
    select distinct hop, course_id, '*' from {p}moved
), met as (
    select
        r.*,
        r.verdict in ({writing}) as writes,
        coalesce(r.old_place <> r.place, false) as moves,
        case when r.is_whole or r.hop = 1 then c.course_id is null else s.section_id is null end as is_gone,
        coalesce(g.is_given, true)
            and (r.field is null or u.fields is null or not list_contains(u.fields, r.field))
            and not (coalesce(g.is_part, false) and not r.is_whole and (n.now is null or e.row_id is not null))
            as is_given,
        coalesce(g.links_known, false) as links_known,
        m.course_id is not null as is_changed,
        coalesce(n.k_now, case when r.field is not null then 'null' end) as found,
        coalesce(n.now, case when r.field is not null then 'null' end) as found_shown,
        n.link as found_link,
        o.k_now as left_there,
        o.now as left_shown,
        p.k_before as prior,
        p.place is distinct from r.place and t.k_now is distinct from p.k_after as prior_stayed,
        h.k_after as heir
    from {p}row as r
    left join course as c on c.course_id = r.course_id
    left join section as s on s.section_id = r.section_id
    left join {p}source as g
        on g.hop = r.hop and g.element = r.element and g.is_custom = coalesce(starts_with(r.field, 'custom.'), false)
    left join {p}unknown as u on u.hop = r.hop and u.element = r.element
    left join moved as m on r.is_whole and m.hop = r.hop and m.course_id = r.course_id and m.element = r.element
    left join {p}standing as n
        on n.hop = r.hop and n.element = r.element and n.owner_id = r.owner_id and n.place = r.place
    left join {p}kept as e on e.hop = r.hop and e.row_id = n.row_id and e.element = r.element
    left join {p}standing as o
        on o.hop = r.hop and o.element = r.element and o.owner_id = r.owner_id and o.place = r.old_place
    left join {p}row as p
        on p.hop = r.hop and p.element = r.element and p.owner_id = r.owner_id and p.old_place = r.place
        and p.row_no <> r.row_no
    left join {p}standing as t
        on t.hop = p.hop and t.element = p.element and t.owner_id = p.owner_id and t.place = p.place
    left join {p}row as h
        on h.hop = r.hop and h.element = r.element and h.owner_id = r.owner_id
        and h.place = coalesce(r.old_place, r.place) and h.after is not null and h.field is null
        and h.row_no <> r.row_no
), judged as (
    select
        *,
        -- nothing stands at its place but what stood there before it
        writes and verdict <> 'delete' and field is null and found is distinct from k_after
            and (found is null or (old_place is distinct from place and coalesce(found = prior, false)))
            as is_missing
    from met
)
select
    {columns},
    case
        when is_gone then 'gone'
        when not is_given or (is_whole and not {is_refreshed}) then 'not_checked'
        when not is_whole and writes and field is null and not moves and k_before is not distinct from k_after
            and before is distinct from after then 'not_checked'
        when is_whole then case when is_changed then 'changed' else 'came_true' end
        when not writes and (field is not null or k_before is not null)
            then case when found is not distinct from k_before then 'came_true' else 'changed' end
        when not writes
            then case
                when found is null or found = prior or found = heir then 'came_true'
                when reason = 'key_taken' then 'not_checked'
                else 'changed'
            end
        when field is not null
            then case when found = k_after then 'came_true' when found = k_before then 'not_done' else 'differs' end
        when verdict = 'delete'
            then case
                when found is null or found = heir then 'came_true'
                when found = k_before then 'not_done'
                else 'differs'
            end
        when found = k_after
            then case
                when prior = k_after and verdict = 'insert' and prior_stayed then 'not_done'
                when prior = k_after and moves and left_there = k_before and heir is distinct from k_before
                    then 'not_done'
                when k_before = k_after and not moves and links_known and found_link <> 'linked' then 'not_done'
                else 'came_true'
            end
        when not is_missing
            then case when old_place = place and found = k_before then 'not_done' else 'differs' end
        when verdict = 'insert' then 'not_done'
        when not moves then 'gone'
        when left_there = k_before then 'not_done'
        when left_there is null or left_there = heir then 'gone'
        else 'differs'
    end as outcome,
    case
        when is_gone or not is_given or is_whole then null
        when not is_missing or verdict = 'insert' then found_shown
        when moves and left_there is distinct from heir or left_there = k_before then left_shown
    end as now
from judged
