-- One row a course: its status (rules.md 8), and how many of its rows of locked data types are broken, local or
-- residual. Use that is not known is not "not used". `stays`: broken rows that a relink leaves, being used and without
-- a counterpart; `stays_unknown`: of these, whose use is not known; `not_known`: residual rows whose use is not known.
create temp table {p}status as
with governed as (
    select distinct
        d.course_id,
        e.place,
        e.label,
        d.row_id,
        case when d.link in ('broken', 'local') then d.link else 'residual' end as state,
        coalesce(d.difference = 'extra' and d.use <> 'unused', false) as is_kept,
        coalesce(d.use = 'unknown', false) as is_unknown
    from {p}difference as d
    join {p}target_course as t on t.course_id = d.course_id
    join catalog_lock as l on l.catalog_id = t.catalog_id
    join (values {locks}) as e (element, lock, label, place) on e.lock = l.lock and e.element = d.element
    where d.link in ('broken', 'local') or (d.link = 'orphan' and d.difference = 'extra' and d.use <> 'unused')
), counted as (
    select
        course_id,
        place,
        label,
        count_if(state = 'broken') as broken,
        count_if(state = 'local') as local,
        count_if(state = 'residual') as residual,
        count_if(state = 'broken' and is_kept) as stays,
        count_if(state = 'broken' and is_unknown) as stays_unknown,
        count_if(state = 'residual' and is_unknown) as not_known
    from governed
    group by course_id, place, label
), whole as (
    select
        t.course_id,
        t.ignore_master_push,
        coalesce(sum(c.broken), 0)::bigint as broken,
        coalesce(sum(c.local), 0)::bigint as local,
        coalesce(sum(c.residual), 0)::bigint as residual,
        coalesce(sum(c.stays), 0)::bigint as stays,
        coalesce(sum(c.stays_unknown), 0)::bigint as stays_unknown,
        coalesce(sum(c.not_known), 0)::bigint as not_known,
        string_agg(c.label, ', ' order by c.place) filter (where c.broken > 0) as broken_elements,
        string_agg(c.label, ', ' order by c.place) filter (where c.local + c.residual > 0) as managed_elements
    from {p}target_course as t
    left join counted as c on c.course_id = t.course_id
    group by t.course_id, t.ignore_master_push
)
select
    course_id,
    case
        when broken > 0 then 'desynced'
        when ignore_master_push or local > 0 or residual > 0 then 'course_controlled'
        else 'linked'
    end as status,
    broken,
    local,
    residual,
    stays,
    stays_unknown,
    not_known,
    case when broken > 0 then broken_elements else managed_elements end as elements
from whole
