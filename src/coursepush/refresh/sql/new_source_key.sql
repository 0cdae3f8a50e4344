-- One row an id that was not known before, and what the source calls the thing.
insert into district.push.source_key (table_name, source_key, id)
select '{table}', source_key, new_id
from renumber_{table}
where is_new
order by new_id
