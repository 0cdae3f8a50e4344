-- Categories of sections: what is wanted and what is there. `pair_categories.sql` works out the changes.

-- One row a section and category of its course as the course now is. `is_blocked`: it names a task that the
-- course does not have. `spreads` is false for what is left over on the course.
create unlogged table push.wanted_category as
with gap as (
    select distinct r.row_id
    from push.target_course as t
    join course_category as r on r.owner_id = t.course_id
    cross join unnest(r.task_ids) as named (task_id)
    left join push.course_task_after as k on k.course_id = t.course_id and k.task_id = named.task_id
    where k.task_id is null
), handed as (
    select
        r.*,
        lower(r.name) as name_key,
        g.row_id is not null as is_blocked,
        kept.row_id is null and (r.parent_row_id is null or r.is_link_broken or m.row_id is not null) as spreads
    from push.target_course as t
    join course_category as r on r.owner_id = t.course_id
    left join gap as g on g.row_id = r.row_id
    left join push.residual_category as kept on kept.row_id = r.row_id
    left join master_category as m on m.row_id = r.parent_row_id
)
select
    s.section_id as owner_id,
    h.row_id,
    h.name,
    h.weight,
    h.sequence,
    h.is_excluded,
    h.drop_lowest,
    h.task_ids,
    h.name_key,
    h.is_blocked,
    h.spreads
from push.target_section as s
join handed as h on h.owner_id = s.course_id
where exists (select from push.locked where lock = 'categories');

-- One row a category of a section. `is_used`: an assignment is in it, active or not.
create unlogged table push.present_category as
select
    r.row_id,
    r.owner_id,
    r.parent_row_id,
    false as is_link_broken,
    r.name,
    r.weight,
    r.sequence,
    r.is_excluded,
    r.drop_lowest,
    r.task_ids,
    lower(r.name) as name_key,
    u.row_id is not null as is_used,
    u.row_id is not null as is_kept_if_local
from push.target_section as s
join section_category as r on r.owner_id = s.section_id
left join push.used_category as u on u.row_id = r.row_id
where exists (select from push.locked where lock = 'categories');
