-- One row a school, calendar, level, data type, fate and verdict that writes: how many rows. Parameters: level, elements,
-- teachers, sections (null: all).
with counted as (
    select
        k.catalog,
        k.year,
        k.school,
        k.calendar,
        {level} as level,
        r.element,
        r.fate,
        r.verdict,
        count(*) as rows,
        count(distinct r.course_id) as courses,
        count(distinct r.section_id) as sections
    from ({source}) as r
    {course_join} {p}course as k on k.course_id = r.course_id
    left join section as s on s.section_id = r.section_id
    where {written}
        and ($level::varchar is null or $level = {level})
        and ($elements::varchar[] is null or list_contains($elements::varchar[], r.element))
        and ($teachers::bigint[] is null or list_contains($teachers::bigint[], s.teacher_id))
        and ($sections::bigint[] is null or list_contains($sections::bigint[], r.section_id))
    group by all
)
select *
from counted
order by school is null, catalog nulls last, year, school, calendar, level, {element_order}, fate, verdict
