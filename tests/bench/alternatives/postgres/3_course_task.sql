-- Grading tasks and standards: one table, two locks.

-- One row a task to be added (no row_id), changed, or not wanted any more (no parent_row_id).
create unlogged table push.change_course_task as
with locked_task as (
    select task_id
    from grading_task
    where case
            when is_standard then exists (select from push.locked where lock = 'standards')
            else exists (select from push.locked where lock = 'grading_tasks')
        end
), wanted as (
    select t.course_id, m.*
    from push.target_course as t
    join master_task as m on m.owner_id = t.master_id
    join locked_task as k on k.task_id = m.task_id
), present as (
    select r.*
    from push.target_course as t
    join course_task as r on r.owner_id = t.course_id
    join locked_task as k on k.task_id = r.task_id
)
select
    coalesce(w.course_id, p.owner_id) as owner_id,
    p.row_id,
    w.row_id as parent_row_id,
    coalesce(w.task_id, p.task_id) as task_id,
    w.score_group_id,
    w.credit_type,
    w.credit,
    w.term_gpa,
    w.is_post_only,
    w.sequence
from wanted as w
full join present as p on p.owner_id = w.course_id and p.task_id = w.task_id
where p.row_id is null
    or w.row_id is null
    or p.is_link_broken
    or (
        p.parent_row_id, p.score_group_id, p.credit_type, p.credit, p.term_gpa, p.is_post_only, p.sequence
    ) is distinct from (
        w.row_id, w.score_group_id, w.credit_type, w.credit, w.term_gpa, w.is_post_only, w.sequence
    );

analyze push.change_course_task;

-- What students' work uses stays.
delete from course_task as r
using push.change_course_task as x
where r.row_id = x.row_id
    and x.parent_row_id is null
    and not exists (
        select from push.course_work as w where w.course_id = x.owner_id and w.task_id = x.task_id
    );

update course_task as r
set
    parent_row_id = x.parent_row_id,
    is_link_broken = false,
    score_group_id = x.score_group_id,
    credit_type = x.credit_type,
    credit = x.credit,
    term_gpa = x.term_gpa,
    is_post_only = x.is_post_only,
    sequence = x.sequence
from push.change_course_task as x
where r.row_id = x.row_id and x.parent_row_id is not null;

insert into course_task (
    row_id, owner_id, parent_row_id, is_link_broken,
    task_id, score_group_id, credit_type, credit, term_gpa, is_post_only, sequence
)
select
    coalesce((select row_id from push.largest where name = 'course_task'), 0)
        + row_number() over (order by owner_id, task_id),
    owner_id, parent_row_id, false,
    task_id, score_group_id, credit_type, credit, term_gpa, is_post_only, sequence
from push.change_course_task
where row_id is null;

-- One row a task that a course has after the push: what the rows of the other elements may name.
create unlogged table push.course_task_after as
select r.owner_id as course_id, r.task_id, r.is_post_only
from push.target_course as t
join course_task as r on r.owner_id = t.course_id;

alter table push.course_task_after add primary key (course_id, task_id);
analyze push.course_task_after;
