-- Grade calculation options of courses.

-- One row an option to be added (no row_id), changed, or not wanted any more (no parent_row_id). One that names
-- a task the course will not have, or a term its calendar lacks, is left as it stands. A task that is only
-- posted is not calculated.
create unlogged table push.change_course_grade_calc as
with wanted as (
    select
        t.course_id,
        m.row_id,
        m.task_id,
        m.term_seq,
        case when k.is_post_only then 'none' else m.calc_type end as calc_type,
        m.scale_id,
        m.weight_categories,
        m.use_percent,
        m.last_n,
        m.cumulative_from_term_seq,
        k.task_id is null
            or own.term_seq is null
            or (m.cumulative_from_term_seq is not null and first.term_seq is null) as is_blocked
    from push.target_course as t
    join master_grade_calc as m on m.owner_id = t.master_id
    left join push.course_task_after as k on k.course_id = t.course_id and k.task_id = m.task_id
    left join term as own on own.calendar_id = t.calendar_id and own.term_seq = m.term_seq
    left join term as first
        on first.calendar_id = t.calendar_id and first.term_seq = m.cumulative_from_term_seq
), present as (
    select r.*
    from push.target_course as t
    join course_grade_calc as r on r.owner_id = t.course_id
)
select
    coalesce(w.course_id, p.owner_id) as owner_id,
    p.row_id,
    w.row_id as parent_row_id,
    coalesce(w.task_id, p.task_id) as task_id,
    coalesce(w.term_seq, p.term_seq) as term_seq,
    w.calc_type,
    w.scale_id,
    w.weight_categories,
    w.use_percent,
    w.last_n,
    w.cumulative_from_term_seq
from wanted as w
full join present as p
    on p.owner_id = w.course_id and p.task_id = w.task_id and p.term_seq = w.term_seq
where exists (select from push.locked where lock = 'grade_calc_options')
    and not coalesce(w.is_blocked, false)
    and (
        p.row_id is null
        or w.row_id is null
        or p.is_link_broken
        or (
            p.parent_row_id, p.calc_type, p.scale_id,
            p.weight_categories, p.use_percent, p.last_n, p.cumulative_from_term_seq
        ) is distinct from (
            w.row_id, w.calc_type, w.scale_id,
            w.weight_categories, w.use_percent, w.last_n, w.cumulative_from_term_seq
        )
    );

analyze push.change_course_grade_calc;

-- What students' work uses stays.
delete from course_grade_calc as r
using push.change_course_grade_calc as x
where r.row_id = x.row_id
    and x.parent_row_id is null
    and not exists (
        select
        from push.course_work as w
        where w.course_id = r.owner_id
            and w.task_id = r.task_id
            and (w.term_seq = r.term_seq or w.term_seq between r.cumulative_from_term_seq and r.term_seq)
    );

-- One that stays, whose master row is gone, on a task that stays only because it is used: it does not
-- calculate.
update course_grade_calc as r
set calc_type = 'none'
from push.change_course_grade_calc as x
join push.target_course as t on t.course_id = x.owner_id
where r.row_id = x.row_id
    and x.parent_row_id is null
    and r.parent_row_id is not null
    and not r.is_link_broken
    and r.calc_type <> 'none'
    and not exists (select from master_grade_calc as m where m.row_id = r.parent_row_id)
    and not exists (select from master_task as m where m.owner_id = t.master_id and m.task_id = x.task_id)
    and exists (select from push.course_task_after as k where k.course_id = x.owner_id and k.task_id = x.task_id)
    and exists (select from push.course_work as w where w.course_id = x.owner_id and w.task_id = x.task_id);

update course_grade_calc as r
set
    parent_row_id = x.parent_row_id,
    is_link_broken = false,
    calc_type = x.calc_type,
    scale_id = x.scale_id,
    weight_categories = x.weight_categories,
    use_percent = x.use_percent,
    last_n = x.last_n,
    cumulative_from_term_seq = x.cumulative_from_term_seq
from push.change_course_grade_calc as x
where r.row_id = x.row_id and x.parent_row_id is not null;

insert into course_grade_calc (
    row_id, owner_id, parent_row_id, is_link_broken, task_id, term_seq,
    calc_type, scale_id, weight_categories, use_percent, last_n, cumulative_from_term_seq
)
select
    coalesce((select row_id from push.largest where name = 'course_grade_calc'), 0)
        + row_number() over (order by owner_id, task_id, term_seq),
    owner_id, parent_row_id, false, task_id, term_seq,
    calc_type, scale_id, weight_categories, use_percent, last_n, cumulative_from_term_seq
from push.change_course_grade_calc
where row_id is null;
