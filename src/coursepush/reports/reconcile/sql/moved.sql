-- One row a row or field that others changed and that stands otherwise now, on a course or section still there.
create temp table {p}moved as
with owner as (
    select 1 as hop, course_id as owner_id, course_id, null::bigint as section_id from course
    union all
    select 2, section_id, course_id, section_id from section
)
select
    d.hop,
    d.element,
    o.course_id,
    o.section_id,
    d.owner_id,
    d.place,
    coalesce(s.key, d.key) as key,
    d.field,
    d.before,
    coalesce(s.now, case when d.field is not null then 'null' end) as now
from {p}changed as d
join owner as o on o.hop = d.hop and o.owner_id = d.owner_id
left join {p}standing as s
    on s.hop = d.hop and s.element = d.element and s.owner_id = d.owner_id and s.place = d.place
where d.before is distinct from coalesce(s.now, case when d.field is not null then 'null' end)
