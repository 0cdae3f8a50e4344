-- Writing the categories of sections.
delete from section_category as r
using push.change_category as x
where r.row_id = x.row_id and x.verdict = 'delete';

update section_category as r
set
    parent_row_id = x.upper_row_id,
    name = x.name,
    weight = x.weight,
    sequence = x.sequence,
    is_excluded = x.is_excluded,
    drop_lowest = x.drop_lowest,
    task_ids = x.task_ids
from push.change_category as x
where r.row_id = x.row_id and x.verdict = 'update';

update section_category as r
set name = x.new_name
from push.renamed_category as x
where r.row_id = x.row_id;

insert into section_category (
    row_id, owner_id, parent_row_id,
    name, weight, sequence, is_excluded, drop_lowest, task_ids
)
select
    coalesce((select row_id from push.largest where name = 'section_category'), 0)
        + row_number() over (order by owner_id, name_key),
    owner_id, upper_row_id,
    name, weight, sequence, is_excluded, drop_lowest, task_ids
from push.change_category
where verdict in ('insert', 'beside');
