-- One row a row or field that others changed between two loads, on courses and sections that are still there.
-- Parameters: refreshes, elements, level, teachers, sections (null: all).
create temp table {p}event as
select
    d.refresh_id,
    f.made_at,
    d.hop,
    d.element,
    case d.hop when 1 then d.course_id else d.section_id end as owner_id,
    coalesce(s.course_id, d.course_id) as course_id,
    d.section_id,
    d.key,
    d.field,
    case when d.element = 'categories' then lower(d.key) else coalesce(d.field, d.key) end as place,
    -- a category that was renamed was pushed, and stands above, under its old name
    case when d.change = 'renamed' then lower('{{"name":' || cast(to_json(d.before ->> '$.name') as varchar) || '}}') end as old_place,
    case when d.change = 'changed' and d.before is not distinct from d.now then 'link' else d.change end as change,
    d.before
from push.drift as d
join push.refresh as f on f.refresh_id = d.refresh_id
left join section as s on s.section_id = d.section_id
join {p}course as c on c.course_id = coalesce(s.course_id, d.course_id)
where (d.hop = 1 or s.section_id is not null)
    and ($refreshes::integer[] is null or list_contains($refreshes::integer[], d.refresh_id))
    and ($elements::varchar[] is null or list_contains($elements::varchar[], d.element))
    and ($level::varchar is null or $level = case d.hop when 1 then 'course' else 'section' end)
    and ($teachers::bigint[] is null or list_contains($teachers::bigint[], s.teacher_id))
    and ($sections::bigint[] is null or list_contains($sections::bigint[], d.section_id))
