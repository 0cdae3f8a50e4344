-- Composite grades of courses: the structure and the weights have a lock each.

-- One row a child to be added (no row_id), changed, or not wanted any more (no parent_row_id). One that names a
-- task the course will not have, or a term its calendar lacks, is left as it stands. Without the lock on
-- weights a row that is there keeps its own; without that on the structure only the weight of linked rows is
-- pushed.
create unlogged table push.change_course_composite as
with locks as (
    select
        coalesce(bool_or(lock = 'composite_grades'), false) as has_structure,
        coalesce(bool_or(lock = 'composite_weights'), false) as has_weights
    from push.locked
), wanted as (
    select
        t.course_id,
        m.*,
        parent.task_id is null
            or child.task_id is null
            or parent_term.term_seq is null
            or child_term.term_seq is null as is_blocked
    from push.target_course as t
    join master_composite as m on m.owner_id = t.master_id
    left join push.course_task_after as parent
        on parent.course_id = t.course_id and parent.task_id = m.task_id
    left join push.course_task_after as child
        on child.course_id = t.course_id and child.task_id = m.child_task_id
    left join term as parent_term
        on parent_term.calendar_id = t.calendar_id and parent_term.term_seq = m.term_seq
    left join term as child_term
        on child_term.calendar_id = t.calendar_id and child_term.term_seq = m.child_term_seq
), present as (
    select r.*
    from push.target_course as t
    join course_composite as r on r.owner_id = t.course_id
)
select
    coalesce(w.course_id, p.owner_id) as owner_id,
    p.row_id,
    w.row_id as parent_row_id,
    coalesce(w.task_id, p.task_id) as task_id,
    coalesce(w.term_seq, p.term_seq) as term_seq,
    coalesce(w.child_task_id, p.child_task_id) as child_task_id,
    coalesce(w.child_term_seq, p.child_term_seq) as child_term_seq,
    case when p.row_id is null or l.has_weights then w.weight else p.weight end as weight
from wanted as w
full join present as p
    on p.owner_id = w.course_id
    and p.task_id = w.task_id
    and p.term_seq = w.term_seq
    and p.child_task_id = w.child_task_id
    and p.child_term_seq = w.child_term_seq
cross join locks as l
where not coalesce(w.is_blocked, false)
    and case
        when l.has_structure then
            p.row_id is null
            or w.row_id is null
            or p.is_link_broken
            or p.parent_row_id is distinct from w.row_id
            or (l.has_weights and p.weight <> w.weight)
        else
            l.has_weights and p.parent_row_id = w.row_id and not p.is_link_broken and p.weight <> w.weight
    end;

analyze push.change_course_composite;

-- What students' work uses stays, by its parent or by its child.
delete from course_composite as r
using push.change_course_composite as x
where r.row_id = x.row_id
    and x.parent_row_id is null
    and not exists (
        select
        from push.course_work as w
        where w.course_id = x.owner_id and w.task_id = x.task_id and w.term_seq = x.term_seq
    )
    and not exists (
        select
        from push.course_work as w
        where w.course_id = x.owner_id and w.task_id = x.child_task_id and w.term_seq = x.child_term_seq
    );

update course_composite as r
set
    parent_row_id = x.parent_row_id,
    is_link_broken = false,
    weight = x.weight
from push.change_course_composite as x
where r.row_id = x.row_id and x.parent_row_id is not null;

insert into course_composite (
    row_id, owner_id, parent_row_id, is_link_broken, task_id, term_seq, child_task_id, child_term_seq, weight
)
select
    coalesce((select row_id from push.largest where name = 'course_composite'), 0)
        + row_number() over (order by owner_id, task_id, term_seq, child_task_id, child_term_seq),
    owner_id, parent_row_id, false, task_id, term_seq, child_task_id, child_term_seq, weight
from push.change_course_composite
where row_id is null;
