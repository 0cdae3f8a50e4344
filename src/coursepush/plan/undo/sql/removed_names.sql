-- One row a course or section that a refresh took away and that is not there again: as it was last called.
with last as (
    select *
    from push.removed
    qualify row_number() over (partition by level, id order by refresh_id desc) = 1
)
select
    r.level,
    r.id,
    case r.level when 'section' then 'section ' || coalesce(r.section_number, cast(r.id as varchar)) || ' of ' else '' end
        || 'course ' || r.course_number || ' (' || r.calendar || ')' as called
from last as r
left join course as c on c.course_id = case r.level when 'course' then r.id end
left join section as s on s.section_id = case r.level when 'section' then r.id end
where c.course_id is null and s.section_id is null
order by r.level, r.id
