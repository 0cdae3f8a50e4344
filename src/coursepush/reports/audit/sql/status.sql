-- One row a course: its status (RULES.md 8), and how many of its rows of locked data types are broken, local or
-- residual. Use that is not known is not "not used". `stays`: broken rows that a relink leaves, being used and without
-- a counterpart; `stays_unknown`: of these, whose use is not known; `not_known`: residual rows whose use is not known.
-- Counts and names of data types are of those asked for, the status is of all. Parameter: elements (null: all).
with unsound as (
    {unsound}
), governed as (
    select
        d.course_id,
        e.place,
        e.label,
        $elements::varchar[] is null or list_contains($elements::varchar[], e.element) as is_asked,
        case when d.link in ('broken', 'local') then d.link else 'residual' end as state,
        coalesce(d.pairing = 'extra' and d.use <> 'unused', false) as is_kept,
        coalesce(d.use = 'unknown', false) as is_unknown
    from unsound as d
    join {p}target_course as t on t.course_id = d.course_id
    join catalog_lock as l on l.catalog_id = t.catalog_id
    join (values {locks}) as e (element, lock, label, place) on e.lock = l.lock and e.element = d.element
), counted as (
    select
        course_id,
        place,
        label,
        is_asked,
        count_if(state = 'broken') as broken,
        count_if(state = 'local') as local,
        count_if(state = 'residual') as residual,
        count_if(state = 'broken' and is_kept) as stays,
        count_if(state = 'broken' and is_unknown) as stays_unknown,
        count_if(state = 'residual' and is_unknown) as not_known
    from governed
    group by course_id, place, label, is_asked
), has_setup as (
    {has_setup}
), whole as (
    select
        t.course_id,
        case
            when sum(c.broken) > 0 then 'desynced'
            when t.ignore_master_push or sum(c.local + c.residual) > 0 then 'course_controlled'
            when t.master_id not in (select owner_id from has_setup) then 'no_setup'
            else 'linked'
        end as status,
        coalesce(sum(c.broken) filter (where c.is_asked), 0)::bigint as broken,
        coalesce(sum(c.local) filter (where c.is_asked), 0)::bigint as local,
        coalesce(sum(c.residual) filter (where c.is_asked), 0)::bigint as residual,
        coalesce(sum(c.stays) filter (where c.is_asked), 0)::bigint as stays,
        coalesce(sum(c.stays_unknown) filter (where c.is_asked), 0)::bigint as stays_unknown,
        coalesce(sum(c.not_known) filter (where c.is_asked), 0)::bigint as not_known,
        string_agg(c.label, ', ' order by c.place) filter (where c.is_asked and c.broken > 0) as broken_elements,
        string_agg(c.label, ', ' order by c.place)
            filter (where c.is_asked and c.local + c.residual > 0) as managed_elements
    from {p}target_course as t
    left join counted as c on c.course_id = t.course_id
    group by t.course_id, t.master_id, t.ignore_master_push
)
select
    course_id,
    status,
    broken,
    local,
    residual,
    stays,
    stays_unknown,
    not_known,
    case when status = 'desynced' then broken_elements else managed_elements end as elements
from whole
