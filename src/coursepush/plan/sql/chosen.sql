-- One row: the sections that the request names, or null for all.
create temp table {p}chosen as
select $sections::bigint[] as sections
