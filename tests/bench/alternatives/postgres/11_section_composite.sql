-- Composite grades of sections go whole, weights too, where their structure is locked.

-- One row a child of a course as the course now is. `is_blocked`: it names a task the course does not have or a
-- term its calendar lacks. `spreads` is false for what is left over on the course: it has no counterpart on the
-- master, or comes from a row that is gone.
create unlogged table push.handed_composite as
select
    r.row_id,
    r.owner_id as course_id,
    r.task_id,
    r.term_seq,
    r.child_task_id,
    r.child_term_seq,
    r.weight,
    parent.task_id is null
        or child.task_id is null
        or parent_term.term_seq is null
        or child_term.term_seq is null as is_blocked,
    like_it.row_id is not null
        and (r.parent_row_id is null or r.is_link_broken or from_it.row_id is not null) as spreads
from push.target_course as t
join course_composite as r on r.owner_id = t.course_id
left join master_composite as like_it
    on like_it.owner_id = t.master_id
    and like_it.task_id = r.task_id
    and like_it.term_seq = r.term_seq
    and like_it.child_task_id = r.child_task_id
    and like_it.child_term_seq = r.child_term_seq
left join master_composite as from_it on from_it.row_id = r.parent_row_id
left join push.course_task_after as parent
    on parent.course_id = t.course_id and parent.task_id = r.task_id
left join push.course_task_after as child
    on child.course_id = t.course_id and child.task_id = r.child_task_id
left join term as parent_term
    on parent_term.calendar_id = t.calendar_id and parent_term.term_seq = r.term_seq
left join term as child_term
    on child_term.calendar_id = t.calendar_id and child_term.term_seq = r.child_term_seq
where exists (select from push.locked where lock = 'composite_grades');

analyze push.handed_composite;

-- One row a child of a section to be added (no row_id), changed, or not wanted any more (no parent_row_id).
-- What does not spread is for those linked to it: where only the keys meet, the section's row is not wanted.
create unlogged table push.change_section_composite as
with wanted as (
    select s.section_id, h.*
    from push.target_section as s
    join push.handed_composite as h on h.course_id = s.course_id
    where not exists (
        select from push.not_meeting as n where n.section_id = s.section_id and n.term_seq = h.term_seq
    )
), present as (
    select r.*
    from push.target_section as s
    join section_composite as r on r.owner_id = s.section_id
    where exists (select from push.locked where lock = 'composite_grades')
), met as (
    select
        coalesce(w.section_id, p.owner_id) as owner_id,
        p.row_id,
        case when w.spreads or p.parent_row_id = w.row_id then w.row_id end as parent_row_id,
        coalesce(w.task_id, p.task_id) as task_id,
        coalesce(w.term_seq, p.term_seq) as term_seq,
        coalesce(w.child_task_id, p.child_task_id) as child_task_id,
        coalesce(w.child_term_seq, p.child_term_seq) as child_term_seq,
        w.weight,
        w.is_blocked,
        p.parent_row_id is null as is_local,
        (p.parent_row_id, p.weight) is distinct from (w.row_id, w.weight) as differs
    from wanted as w
    full join present as p
        on p.owner_id = w.section_id
        and p.task_id = w.task_id
        and p.term_seq = w.term_seq
        and p.child_task_id = w.child_task_id
        and p.child_term_seq = w.child_term_seq
)
select owner_id, row_id, parent_row_id, task_id, term_seq, child_task_id, child_term_seq, weight, is_local
from met
where case
        when parent_row_id is null then row_id is not null
        when is_blocked then false
        else row_id is null or differs
    end;

analyze push.change_section_composite;

-- One row a child in question with work on its parent or on itself: it is neither removed nor, where the
-- teacher made it, replaced.
create unlogged table push.used_section_composite as
select x.row_id
from push.change_section_composite as x
where x.row_id is not null
    and (x.parent_row_id is null or x.is_local)
    and (
        exists (
            select
            from push.section_work as w
            where w.section_id = x.owner_id and w.task_id = x.task_id and w.term_seq = x.term_seq
        )
        or exists (
            select
            from push.section_work as w
            where w.section_id = x.owner_id and w.task_id = x.child_task_id and w.term_seq = x.child_term_seq
        )
    );

analyze push.used_section_composite;

delete from section_composite as r
using push.change_section_composite as x
where r.row_id = x.row_id
    and x.parent_row_id is null
    and not exists (select from push.used_section_composite as u where u.row_id = x.row_id);

update section_composite as r
set
    parent_row_id = x.parent_row_id,
    weight = x.weight
from push.change_section_composite as x
where r.row_id = x.row_id
    and x.parent_row_id is not null
    and not exists (select from push.used_section_composite as u where u.row_id = x.row_id);

insert into section_composite (
    row_id, owner_id, parent_row_id, task_id, term_seq, child_task_id, child_term_seq, weight
)
select
    coalesce((select row_id from push.largest where name = 'section_composite'), 0)
        + row_number() over (order by owner_id, task_id, term_seq, child_task_id, child_term_seq),
    owner_id, parent_row_id, task_id, term_seq, child_task_id, child_term_seq, weight
from push.change_section_composite
where row_id is null;
