-- Grade calculation options of sections.

-- One row an option of a course as the course now is. `is_blocked`: it names a task the course does not have or
-- a term its calendar lacks. `spreads` is false for what is left over on the course: it has no counterpart on
-- the master, or comes from a row that is gone. A task that is only posted is not calculated.
create unlogged table push.handed_grade_calc as
select
    r.row_id,
    r.owner_id as course_id,
    r.task_id,
    r.term_seq,
    case when k.is_post_only then 'none' else r.calc_type end as calc_type,
    r.scale_id,
    r.weight_categories,
    r.use_percent,
    r.last_n,
    r.cumulative_from_term_seq,
    k.task_id is null
        or own.term_seq is null
        or (r.cumulative_from_term_seq is not null and first.term_seq is null) as is_blocked,
    like_it.row_id is not null
        and (r.parent_row_id is null or r.is_link_broken or from_it.row_id is not null) as spreads
from push.target_course as t
join course_grade_calc as r on r.owner_id = t.course_id
left join master_grade_calc as like_it
    on like_it.owner_id = t.master_id and like_it.task_id = r.task_id and like_it.term_seq = r.term_seq
left join master_grade_calc as from_it on from_it.row_id = r.parent_row_id
left join push.course_task_after as k on k.course_id = t.course_id and k.task_id = r.task_id
left join term as own on own.calendar_id = t.calendar_id and own.term_seq = r.term_seq
left join term as first on first.calendar_id = t.calendar_id and first.term_seq = r.cumulative_from_term_seq
where exists (select from push.locked where lock = 'grade_calc_options');

analyze push.handed_grade_calc;

-- One row an option of a section to be added (no row_id), changed, or not wanted any more (no parent_row_id).
-- What does not spread is for those linked to it: where only the keys meet, the section's row is not wanted.
create unlogged table push.change_section_grade_calc as
with wanted as (
    select s.section_id, h.*
    from push.target_section as s
    join push.handed_grade_calc as h on h.course_id = s.course_id
    where not exists (
        select from push.not_meeting as n where n.section_id = s.section_id and n.term_seq = h.term_seq
    )
), present as (
    select r.*
    from push.target_section as s
    join section_grade_calc as r on r.owner_id = s.section_id
    where exists (select from push.locked where lock = 'grade_calc_options')
), met as (
    select
        coalesce(w.section_id, p.owner_id) as owner_id,
        p.row_id,
        case when w.spreads or p.parent_row_id = w.row_id then w.row_id end as parent_row_id,
        coalesce(w.task_id, p.task_id) as task_id,
        coalesce(w.term_seq, p.term_seq) as term_seq,
        w.calc_type,
        w.scale_id,
        w.weight_categories,
        w.use_percent,
        w.last_n,
        w.cumulative_from_term_seq,
        p.cumulative_from_term_seq as present_cumulative_from_term_seq,
        w.is_blocked,
        p.parent_row_id is null as is_local,
        (
            p.parent_row_id, p.calc_type, p.scale_id,
            p.weight_categories, p.use_percent, p.last_n, p.cumulative_from_term_seq
        ) is distinct from (
            w.row_id, w.calc_type, w.scale_id,
            w.weight_categories, w.use_percent, w.last_n, w.cumulative_from_term_seq
        ) as differs
    from wanted as w
    full join present as p
        on p.owner_id = w.section_id and p.task_id = w.task_id and p.term_seq = w.term_seq
)
select
    owner_id,
    row_id,
    parent_row_id,
    task_id,
    term_seq,
    calc_type,
    scale_id,
    weight_categories,
    use_percent,
    last_n,
    cumulative_from_term_seq,
    present_cumulative_from_term_seq,
    is_local
from met
where case
        when parent_row_id is null then row_id is not null
        when is_blocked then false
        else row_id is null or differs
    end;

analyze push.change_section_grade_calc;

-- One row an option in question with work on its task and term, or on a term it cumulates: it is neither
-- removed nor, where the teacher made it, replaced.
create unlogged table push.used_section_grade_calc as
select x.row_id
from push.change_section_grade_calc as x
where x.row_id is not null
    and (x.parent_row_id is null or x.is_local)
    and exists (
        select
        from push.section_work as w
        where w.section_id = x.owner_id
            and w.task_id = x.task_id
            and (
                w.term_seq = x.term_seq
                or w.term_seq between x.present_cumulative_from_term_seq and x.term_seq
            )
    );

analyze push.used_section_grade_calc;

delete from section_grade_calc as r
using push.change_section_grade_calc as x
where r.row_id = x.row_id
    and x.parent_row_id is null
    and not exists (select from push.used_section_grade_calc as u where u.row_id = x.row_id);

update section_grade_calc as r
set
    parent_row_id = x.parent_row_id,
    calc_type = x.calc_type,
    scale_id = x.scale_id,
    weight_categories = x.weight_categories,
    use_percent = x.use_percent,
    last_n = x.last_n,
    cumulative_from_term_seq = x.cumulative_from_term_seq
from push.change_section_grade_calc as x
where r.row_id = x.row_id
    and x.parent_row_id is not null
    and not exists (select from push.used_section_grade_calc as u where u.row_id = x.row_id);

insert into section_grade_calc (
    row_id, owner_id, parent_row_id, task_id, term_seq,
    calc_type, scale_id, weight_categories, use_percent, last_n, cumulative_from_term_seq
)
select
    coalesce((select row_id from push.largest where name = 'section_grade_calc'), 0)
        + row_number() over (order by owner_id, task_id, term_seq),
    owner_id, parent_row_id, task_id, term_seq,
    calc_type, scale_id, weight_categories, use_percent, last_n, cumulative_from_term_seq
from push.change_section_grade_calc
where row_id is null;
