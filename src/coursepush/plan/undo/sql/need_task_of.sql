select row_id, owner_id, was, n_task_id from {p}undo_row_1_{element}
