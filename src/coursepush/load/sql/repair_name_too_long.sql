-- One row a category name of more than {limit} characters, before and after it is cut.
insert into {repairs}
select
    '{table}',
    source_line,
    'name_too_long',
    'name',
    name,
    regexp_replace(left(name, {limit}), '[\s\pZ]+$', '')
from {staged}
where length(name) > {limit}
