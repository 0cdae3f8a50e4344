-- One row a category whose list of tasks was mended: ascending, each id once.
update {staged}
set task_ids = list_sort(list_distinct(task_ids))
where task_ids <> list_sort(list_distinct(task_ids))
