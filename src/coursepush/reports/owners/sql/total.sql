-- One row a section that has categories, and task that some of them name (null: those that count for every task): what
-- the categories that count for it weigh before and after. Excluded ones do not count (RULES.md 1.3).
with category as (
    select section_id, side, weight, try_cast(value ->> '$.task_ids' as bigint[]) as tasks
    from {p}side
    where element = 'categories'
        and (value ->> '$.is_excluded') = 'false'
), asked as (
    select distinct section_id, null::bigint as task_id
    from category
    union all
    select distinct section_id, unnest(tasks)
    from category
)
select
    a.section_id,
    coalesce(g.name, 'task ' || a.task_id) as task,
    sum(c.weight) filter (where c.side = 'before') as total_before,
    sum(c.weight) filter (where c.side = 'after') as total_after
from asked as a
join category as c
    on c.section_id = a.section_id
    and (len(c.tasks) = 0 or list_contains(c.tasks, a.task_id))
left join grading_task as g on g.task_id = a.task_id
group by a.section_id, a.task_id, g.name
order by a.section_id, task nulls first, a.task_id
