-- One row a setup row that stays because it is used, on a course that has one that was asked for: what is hidden is
-- decided for a course whole. Parameters: level, elements, sections, teachers (null: all).
with found as (
{rows}
), marked as (
    select
        *,
        ($level::varchar is null or level = $level)
        and {within:elements element}
        and ($sections::bigint[] is null or coalesce(list_contains($sections::bigint[], section_id), false))
            as is_asked
    from found
), course_asked as (
    select distinct m.course_id
    from marked as m
    where m.is_asked
        and (
            $teachers::bigint[] is null
            or m.course_id in (
                select course_id from section where list_contains($teachers::bigint[], teacher_id)
            )
        )
)
select row_number() over () as candidate_id, m.*
from marked as m
semi join course_asked as a on a.course_id = m.course_id
