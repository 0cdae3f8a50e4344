-- One verdict a section: it takes the course's advisory flag, null counting as false (RULES.md 5.2).
with course_after as (
    select
        c.course_id,
        case
            when a.course_id is not null then a.after_value = 'true'
            else c.is_advisory
        end as is_advisory
    from course as c
    semi join {p}target_course as t on t.course_id = c.course_id
    left join {p}verdict_1_course_info as a on a.course_id = c.course_id and a.field = 'is_advisory'
), compared as (
    select
        s.course_id,
        s.section_id,
        s.is_advisory as before_value,
        coalesce(c.is_advisory, false) as after_value
    from {p}scope_section as s
    join course_after as c on c.course_id = s.course_id
)
select
    course_id,
    section_id,
    case when coalesce(before_value, false) = after_value then 'same' else 'update' end as verdict,
    null::varchar as reason,
    before_value,
    case when coalesce(before_value, false) = after_value then before_value else after_value end as after_value
from compared
