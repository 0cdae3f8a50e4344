-- One row a renamed category under its old name: it is told with its new one.
delete from compared_{table}
where what = 'removed' and d_row_id in (select d_row_id from compared_{table} where what = 'renamed')
