-- Assessments. Students' work never uses them.

-- One row an assessment to be added (no row_id), changed, or not wanted any more (no parent_row_id). One that
-- names a standard the course will not have is left as it stands.
create unlogged table push.change_course_assessment as
with wanted as (
    select
        t.course_id,
        m.*,
        m.standard_task_id is not null and k.task_id is null as is_blocked
    from push.target_course as t
    join master_assessment as m on m.owner_id = t.master_id
    left join push.course_task_after as k on k.course_id = t.course_id and k.task_id = m.standard_task_id
), present as (
    select r.*
    from push.target_course as t
    join course_assessment as r on r.owner_id = t.course_id
)
select
    coalesce(w.course_id, p.owner_id) as owner_id,
    p.row_id,
    w.row_id as parent_row_id,
    coalesce(w.test_id, p.test_id) as test_id,
    w.standard_task_id,
    w.start_date,
    w.end_date,
    w.copies_forward
from wanted as w
full join present as p on p.owner_id = w.course_id and p.test_id = w.test_id
where exists (select from push.locked where lock = 'assessments')
    and not coalesce(w.is_blocked, false)
    and (
        p.row_id is null
        or w.row_id is null
        or p.is_link_broken
        or (
            p.parent_row_id, p.standard_task_id, p.start_date, p.end_date, p.copies_forward
        ) is distinct from (
            w.row_id, w.standard_task_id, w.start_date, w.end_date, w.copies_forward
        )
    );

analyze push.change_course_assessment;

delete from course_assessment as r
using push.change_course_assessment as x
where r.row_id = x.row_id and x.parent_row_id is null;

update course_assessment as r
set
    parent_row_id = x.parent_row_id,
    is_link_broken = false,
    standard_task_id = x.standard_task_id,
    start_date = x.start_date,
    end_date = x.end_date,
    copies_forward = x.copies_forward
from push.change_course_assessment as x
where r.row_id = x.row_id and x.parent_row_id is not null;

insert into course_assessment (
    row_id, owner_id, parent_row_id, is_link_broken,
    test_id, standard_task_id, start_date, end_date, copies_forward
)
select
    coalesce((select row_id from push.largest where name = 'course_assessment'), 0)
        + row_number() over (order by owner_id, test_id),
    owner_id, parent_row_id, false,
    test_id, standard_task_id, start_date, end_date, copies_forward
from push.change_course_assessment
where row_id is null;
