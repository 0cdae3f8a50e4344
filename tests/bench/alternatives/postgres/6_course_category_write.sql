-- Writing the categories of courses.
delete from course_category as r
using push.change_category as x
where r.row_id = x.row_id and x.verdict = 'delete';

update course_category as r
set
    parent_row_id = x.upper_row_id,
    is_link_broken = false,
    name = x.name,
    weight = x.weight,
    sequence = x.sequence,
    is_excluded = x.is_excluded,
    drop_lowest = x.drop_lowest,
    task_ids = x.task_ids
from push.change_category as x
where r.row_id = x.row_id and x.verdict = 'update';

update course_category as r
set name = x.new_name
from push.renamed_category as x
where r.row_id = x.row_id;

insert into course_category (
    row_id, owner_id, parent_row_id, is_link_broken,
    name, weight, sequence, is_excluded, drop_lowest, task_ids
)
select
    coalesce((select row_id from push.largest where name = 'course_category'), 0)
        + row_number() over (order by owner_id, name_key),
    owner_id, upper_row_id, false,
    name, weight, sequence, is_excluded, drop_lowest, task_ids
from push.change_category
where verdict = 'insert';

-- One row a category that stays on a course only because it is used.
create unlogged table push.residual_category as
select row_id
from push.change_category
where verdict = 'keep' and upper_row_id is null;

analyze push.residual_category;

drop table
    push.wanted_category,
    push.present_category,
    push.category_by_link,
    push.category_pair,
    push.change_category,
    push.renamed_category;
