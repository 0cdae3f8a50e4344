-- One row a catalog, course master, course or section in question and its state: the worst of what its rows, or what
-- is below it, are in. Courses are those that a push of course masters has in scope, sections those of all courses.
-- Parameter: elements, the data types that are looked at (null: all).
create temp table {p}state as
with worst as (
    select
        hop,
        owner_id,
        bool_or(element = '*') as is_ignored,
        bool_or(is_broken) as is_desynced,
        bool_or(reason = 'residual') as is_residual,
        bool_or(verdict in ({writing})) as is_pending
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
            else 'in_sync'
        end as state
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
            else 'in_sync'
        end as state
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
            else 'in_sync'
        end as state
    from course_state as c
    join course_master as m on m.master_id = c.master_id
    group by c.master_id
), catalog_state as (
    select catalog_id, case when bool_and(state in ('in_sync', 'ignored')) then 'in_sync' else 'pending' end as state
    from (
        select catalog_id, state from course_state
        union all
        select c.catalog_id, s.state from section_state as s join course_state as c on c.course_id = s.course_id
    )
    group by catalog_id
)
select 'catalog' as level, catalog_id as owner_id, null::bigint as course_id, state from catalog_state
union all
select 'master', master_id, null, state from master_state
union all
select 'course', course_id, course_id, state from course_state
union all
select 'section', section_id, course_id, state from section_state
