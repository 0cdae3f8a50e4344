-- One row a course or section of which the plan names a row or field, or others changed one.
create temp table {p}owner as
select hop, owner_id from {p}row where not is_whole
union
select hop, owner_id from {p}changed
