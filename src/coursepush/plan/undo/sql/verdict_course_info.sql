-- One verdict a course and field that the push wrote.
with judged as (
    select
        a.*,
        case
            when a.now_value is not distinct from a.former_value and a.has_row_as_before then 'same'
            when a.is_written_since
                or a.now_value is distinct from a.pushed_value
                or not a.has_row_as_pushed then 'changed_since'
            when s.row_id is not null then s.reason
        end as stays
    from {p}undo_attribute as a
    left join {p}undo_stays as s
        on s.table_name = 'course.number'
        and s.row_id = case when a.field = 'number' then a.course_id end
)
select
    course_id,
    field,
    case when stays is null then 'update' when stays = 'same' then 'same' else 'keep' end as verdict,
    case when stays is null then 'undo' when stays <> 'same' then stays end as reason,
    now_value as before_value,
    case when stays is null then former_value else now_value end as after_value,
    stays is null and removes_row as removes_row
from judged
