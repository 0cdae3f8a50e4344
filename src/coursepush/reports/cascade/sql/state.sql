-- One row a catalog, course master, course or section in question and its state: the worst of what its rows, or what
-- is below it, are in, as its `rank` among {states}; `is_awaited`: a push would write to it, whatever else is worse.
-- Courses are those that a push of course masters has in scope, sections those of all courses.
-- Parameter: elements, the data types that are looked at (null: all).
create temp table {p}state as
with worst as (
    select
        hop,
        owner_id,
        bool_or(element = '*') as is_ignored,
        max(
            case
                when is_broken then 4
                when reason = 'residual' then 3
                when verdict in ({writing}) then 2
                when {differs} then 1
                else 0
            end
        ) as rank,
        bool_or(verdict in ({writing})) as is_awaited
    from {p}judged
    where element = '*' or {within:elements element}
    group by hop, owner_id
), course_state as (
    select
        a.course_id,
        a.catalog_id,
        a.master_id,
        case when w.is_ignored then 5 else coalesce(w.rank, 0) end as rank,
        coalesce(w.is_awaited, false) as is_awaited
    from {p}reach as a
    left join worst as w on w.hop = 1 and w.owner_id = a.course_id
    where a.is_asked
), section_state as (
    select
        s.section_id,
        s.course_id,
        case when s.is_cross_site then 5 else coalesce(w.rank, 0) end as rank,
        coalesce(w.is_awaited, false) as is_awaited
    from {p}section as s
    left join worst as w on w.hop = 2 and w.owner_id = s.section_id
), master_state as (
    select
        c.master_id,
        case when any_value(m.is_active) then coalesce(max(c.rank) filter (c.rank < 5), 5) else 5 end as rank,
        bool_or(c.is_awaited) as is_awaited
    from course_state as c
    join course_master as m on m.master_id = c.master_id
    group by c.master_id
), below as (
    select catalog_id, rank, is_awaited from course_state
    union all
    select c.catalog_id, s.rank, false from section_state as s join course_state as c on c.course_id = s.course_id
), every as (
    select
        'catalog' as level,
        catalog_id as owner_id,
        null::bigint as course_id,
        coalesce(least(max(rank) filter (rank < 5), 2), 0) as rank,
        bool_or(is_awaited) as is_awaited
    from below
    group by catalog_id
    union all
    select 'master', master_id, null, rank, is_awaited from master_state
    union all
    select 'course', course_id, course_id, rank, is_awaited from course_state
    union all
    select 'section', section_id, course_id, rank, is_awaited from section_state
)
select level, owner_id, course_id, {states}[rank + 1] as state, is_awaited
from every
