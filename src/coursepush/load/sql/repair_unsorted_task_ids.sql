-- One row a list of tasks that was not in order, or named one twice, before and after.
insert into {repairs}
select
    '{table}',
    source_line,
    'unsorted_task_ids',
    'task_ids',
    array_to_string(task_ids, ';'),
    array_to_string(list_sort(list_distinct(task_ids)), ';')
from {staged}
where task_ids <> list_sort(list_distinct(task_ids))
