-- One row a grading task that the source cannot give, as it stands.
insert into {staged} (source_line, {columns})
select {before} + row_number() over (order by d.task_id), {values}
from district.main.{table} as d
{part}
anti join {staged} as n on n.task_id = d.task_id
anti join district.push.source_key as s on s.table_name = '{table}' and s.id = d.task_id
