-- One verdict a course and locked field (RULES.md 4.1); the mode makes no difference. `removes_row`
-- is for plans that undo: the row of a district-defined field goes.
with pair as (
    {selects}
), judged as (
    select
        a.course_id,
        a.field,
        a.before_value,
        a.after_value,
        case
            when a.before_value is not distinct from a.after_value then 'same'
            when {blanks_kept} and a.after_value is null then 'skip'
            when a.field = 'number' and n.course_id is not null then 'fail'
            else 'update'
        end as verdict
    from pair as a
    left join {p}duplicate_number as n on n.course_id = a.course_id
)
select
    course_id,
    field,
    verdict,
    case verdict when 'skip' then 'blank_kept' when 'fail' then 'duplicate_number' end as reason,
    before_value,
    case verdict when 'update' then after_value else before_value end as after_value,
    false as removes_row
from judged
