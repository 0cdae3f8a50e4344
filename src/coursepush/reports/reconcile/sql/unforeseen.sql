-- One row a row or field that others changed although the plan said that it is the same, or nothing, on the courses
-- and in the data types that it is about. Parameters: fields, sections.
insert into {p}outcome by name
with named as (
    select hop, element, owner_id, place from {p}row where place is not null
    union
    select hop, element, owner_id, old_place from {p}row where old_place is not null
), skipped as (
    select distinct hop, element, course_id from {p}row where is_whole
)
select
    m.hop,
    m.element,
    case
        when m.before is not null and r.is_governed and x.course_id is null
            and (m.field is null or m.element = 'advisory' or list_contains($fields::varchar[], m.field))
            then 'same'
    end as verdict,
    m.course_id,
    m.section_id,
    m.key,
    m.field,
    m.before,
    m.before as after,
    'unforeseen' as outcome,
    m.now
from {p}moved as m
join {p}reach as r on r.hop = m.hop and r.element = m.element and r.course_id = m.course_id
left join skipped as x on x.hop = 1 and x.element = '*' and x.course_id = m.course_id
anti join named as n
    on n.hop = m.hop and n.element = m.element and n.owner_id = m.owner_id and n.place = m.place
anti join skipped as e on e.hop = m.hop and e.course_id = m.course_id and e.element = m.element
anti join skipped as w on w.hop = m.hop and w.course_id = m.course_id and w.element = '*'
where $sections::bigint[] is null or m.section_id is null or list_contains($sections::bigint[], m.section_id)
