-- One row a level and refresh that found the row or field asked about changed by others. Parameters as of the pushes.
select
    {level:d} as level,
    d.refresh_id,
    f.made_at as "when",
    case when d.change = 'changed' and d.before is not distinct from d.now then 'link' else d.change end as change,
    d.before,
    d.now
from push.drift as d
join push.refresh as f on f.refresh_id = d.refresh_id
where (
        (d.hop = 1 and d.course_id = $course_id and d.element = $on_course)
        or (d.hop = 2 and d.section_id = $section_id and d.element = $element)
    )
    and (
        d.field = $field
        or {key_id} = $key_id
        or (d.change = 'renamed' and {named:d.before} = $key_id)
    )
order by d.refresh_id desc, d.hop desc
