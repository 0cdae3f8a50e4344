-- Categories of courses: what is wanted and what is there. `pair_categories.sql` works out the changes.

-- One row a course and category of its master. `is_blocked`: it names a task that the course will not have.
create unlogged table push.wanted_category as
with gap as (
    select distinct t.course_id, m.row_id
    from push.target_course as t
    join master_category as m on m.owner_id = t.master_id
    cross join unnest(m.task_ids) as named (task_id)
    left join push.course_task_after as k on k.course_id = t.course_id and k.task_id = named.task_id
    where k.task_id is null
)
select
    t.course_id as owner_id,
    m.row_id,
    m.name,
    m.weight,
    m.sequence,
    m.is_excluded,
    m.drop_lowest,
    m.task_ids,
    lower(m.name) as name_key,
    g.row_id is not null as is_blocked,
    true as spreads
from push.target_course as t
join master_category as m on m.owner_id = t.master_id
left join gap as g on g.course_id = t.course_id and g.row_id = m.row_id
where exists (select from push.locked where lock = 'categories');

-- One row a category of a course. `is_used`: one of its sections has a category with assignments that comes
-- from it.
create unlogged table push.present_category as
select
    r.row_id,
    r.owner_id,
    r.parent_row_id,
    r.is_link_broken,
    r.name,
    r.weight,
    r.sequence,
    r.is_excluded,
    r.drop_lowest,
    r.task_ids,
    lower(r.name) as name_key,
    u.row_id is not null as is_used,
    false as is_kept_if_local
from push.target_course as t
join course_category as r on r.owner_id = t.course_id
left join (select distinct parent_row_id as row_id, course_id from push.used_category) as u
    on u.row_id = r.row_id and u.course_id = r.owner_id
where exists (select from push.locked where lock = 'categories');
