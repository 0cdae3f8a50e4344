-- One verdict a section whose advisory flag the push wrote.
with judged as (
    select
        s.course_id,
        h.section_id,
        s.is_advisory as now_value,
        h.before_is_advisory as former_value,
        case
            when s.is_advisory is not distinct from h.before_is_advisory then 'same'
            when last.push_id is distinct from {push_id} or s.is_advisory is distinct from h.after_is_advisory then 'keep'
            else 'update'
        end as verdict
    from push.history_section as h
    join section as s on s.section_id = h.section_id
    left join (
    {last_writer}
    ) as last on last.section_id = h.section_id
    where h.push_id = {push_id}
)
select
    course_id,
    section_id,
    verdict,
    case verdict when 'keep' then 'changed_since' when 'update' then 'undo' end as reason,
    now_value as before_value,
    case when verdict = 'update' then former_value else now_value end as after_value
from judged
