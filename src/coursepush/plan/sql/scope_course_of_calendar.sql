-- One row a course in scope of Push All Courses (RULES.md 1): with or without a master, ignoring it or not.
-- Naming sections narrows to the courses that have one of them.
select
    c.course_id,
    c.calendar_id,
    c.master_id,
    c.is_cross_site,
    null::varchar as whole
from course as c
where c.calendar_id = $calendar_id
    and ($courses::bigint[] is null or list_contains($courses::bigint[], c.course_id))
    and (
        $sections::bigint[] is null
        or exists (
            select 1
            from section as s
            where s.course_id = c.course_id and list_contains($sections::bigint[], s.section_id)
        )
    )
