-- One row a row or field that others changed between two loads, on courses and sections that are still there.
-- Parameters: refreshes, elements, level, teachers, sections (null: all).
create temp table {p}event as
select
    r.refresh_id,
    f.made_at,
    r.hop,
    r.element,
    case r.hop when 1 then r.course_id else r.section_id end as owner_id,
    coalesce(s.course_id, r.course_id) as course_id,
    r.section_id,
    r.key,
    r.field,
    {place_of:r} as place,
    -- a category that was renamed was pushed, and stands above, under its old name
    case when r.change = 'renamed' then {named:r.before} end as old_place,
    case when r.change = 'changed' and r.before is not distinct from r.now then 'link' else r.change end as change,
    r.before
from push.drift as r
join push.refresh as f on f.refresh_id = r.refresh_id
left join section as s on s.section_id = r.section_id
join {p}course as c on c.course_id = coalesce(s.course_id, r.course_id)
where (r.hop = 1 or s.section_id is not null)
    and {within:refreshes r.refresh_id}
    and {rows_asked}
