-- One row a grading task or standard with that name or code, or, with `is_id`, that id. Parameters: text.
select
    task_id as id,
    coalesce(name, 'task ' || task_id) || coalesce(', code ' || code, '') as called,
    is_standard,
    lower(name) is distinct from lower($text) and lower(code) is distinct from lower($text) as is_id
from grading_task
where lower(name) = lower($text) or lower(code) = lower($text) or cast(task_id as varchar) = $text
order by task_id
