-- One row a catalog, course master, course or section in question and its state: the worst of what its rows, or what
-- is below it, are in; `is_awaited`: a push would write to it, whatever else is worse. Courses are those that a push of course masters has in scope, sections those of all courses.
-- Parameter: elements, the data types that are looked at (null: all).
create temp table {p}state as
with worst as (
    select
        hop,
        owner_id,
        bool_or(element = '*') as is_ignored,
        bool_or(is_broken) as is_desynced,
        bool_or(reason = 'residual') as is_residual,
        bool_or(verdict in ({writing})) as is_pending,
        bool_or({differs}) as is_different
    from {p}judged
    where element = '*' or $elements::varchar[] is null or list_contains($elements::varchar[], element)
    group by hop, owner_id
), course_state as (
    select
        a.course_id,
        a.catalog_id,
        a.master_id,
        case
            when w.is_ignored then 'ignored'
            when w.is_desynced then 'desynced'
            when w.is_residual then 'residual'
            when w.is_pending then 'pending'
            when w.is_different then 'differs'
            else 'in_sync'
        end as state,
        coalesce(w.is_pending, false) as is_awaited
    from {p}reach as a
    left join worst as w on w.hop = 1 and w.owner_id = a.course_id
    where a.is_asked
), section_state as (
    select
        s.section_id,
        s.course_id,
        case
            when s.is_cross_site then 'ignored'
            when w.is_residual then 'residual'
            when w.is_pending then 'pending'
            when w.is_different then 'differs'
            else 'in_sync'
        end as state,
        coalesce(w.is_pending, false) as is_awaited
    from {p}section as s
    left join worst as w on w.hop = 2 and w.owner_id = s.section_id
), master_state as (
    select
        c.master_id,
        case
            when not any_value(m.is_active) or bool_and(c.state = 'ignored') then 'ignored'
            when bool_or(c.state = 'desynced') then 'desynced'
            when bool_or(c.state = 'residual') then 'residual'
            when bool_or(c.state = 'pending') then 'pending'
            when bool_or(c.state = 'differs') then 'differs'
            else 'in_sync'
        end as state,
        bool_or(c.is_awaited) as is_awaited
    from course_state as c
    join course_master as m on m.master_id = c.master_id
    group by c.master_id
), below as (
    select catalog_id, state, is_awaited from course_state
    union all
    select c.catalog_id, s.state, false from section_state as s join course_state as c on c.course_id = s.course_id
), catalog_state as (
    select
        catalog_id,
        case
            when bool_or(state in ('desynced', 'residual', 'pending')) then 'pending'
            when bool_or(state = 'differs') then 'differs'
            else 'in_sync'
        end as state,
        bool_or(is_awaited) as is_awaited
    from below
    group by catalog_id
)
select 'catalog' as level, catalog_id as owner_id, null::bigint as course_id, state, is_awaited from catalog_state
union all
select 'master', master_id, null, state, is_awaited from master_state
union all
select 'course', course_id, course_id, state, is_awaited from course_state
union all
select 'section', section_id, course_id, state, is_awaited from section_state
