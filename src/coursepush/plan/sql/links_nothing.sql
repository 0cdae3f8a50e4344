-- No row: linking adds nothing that would need an id or could be in use, and fields have no links.
create temp table {p}{table} as
select {columns}
where false
