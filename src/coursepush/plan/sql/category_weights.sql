-- One row a {level} of the push whose category weights would no longer fit a task that is graded by them
-- (RULES.md 1), the task that is most apart: what the categories that count for it weigh before and after, and what
-- they weigh one level up after the push (null: none there).
with written_category as (
    select row_id, owner_id, verdict, a_weight as weight, a_is_excluded as is_excluded, a_task_ids as task_ids
    from {p}verdict_{hop}_categories
    where verdict in ({writing})
), written_option as (
    select row_id, owner_id, verdict, a_task_id as task_id,
        a_weight_categories and a_calc_type <> 'none' as is_weighted
    from {p}verdict_{hop}_grade_calc_options
    where verdict in ({writing})
), changed as (
    select owner_id from written_category
    union
    select owner_id from written_option
), present as (
    -- one row a category of such an owner, as it stands
    select r.row_id, r.owner_id, r.weight, r.is_excluded, array_to_string(r.task_ids, ';') as task_ids
    from {level}_category as r
    semi join changed as c on c.owner_id = r.owner_id
), kept as (
    select p.owner_id, p.weight, p.is_excluded, p.task_ids
    from present as p
    anti join written_category as w on w.row_id = p.row_id
    union all
    select owner_id, weight, is_excluded, task_ids
    from written_category
    where verdict <> 'delete'
), option as (
    select r.row_id, r.owner_id, r.task_id
    from {level}_grade_calc as r
    semi join changed as c on c.owner_id = r.owner_id
    where r.weight_categories and r.calc_type <> 'none'
), weighted as (
    -- one row an owner and task that is graded by weights after the push
    select o.owner_id, o.task_id
    from option as o
    anti join written_option as w on w.row_id = o.row_id
    union
    select owner_id, task_id
    from written_option
    where verdict <> 'delete' and is_weighted
), owner as (
    {owners}
), upper_category as (
    {upper}
), category as (
    -- one row a category and owner for whose tasks it may count: as it stands, as the push leaves it, and above
    select owner_id, 'before' as side, weight, is_excluded, task_ids from present
    union all
    select owner_id, 'after' as side, weight, is_excluded, task_ids from kept
    union all
    select o.owner_id, 'above' as side, u.weight, u.is_excluded, u.task_ids
    from upper_category as u
    join owner as o on o.upper_owner_id = u.owner_id
), total as (
    -- one row an owner and task; which categories count is asked in the sums: in the outer join's own condition it
    -- would keep DuckDB 1 from joining by key
    select
        w.owner_id,
        w.task_id,
        bool_or(p.owner_id is not null) as was_weighted,
        coalesce(sum(k.weight) filter (k.side = 'before' and {counts}), 0) as before_push,
        coalesce(sum(k.weight) filter (k.side = 'after' and {counts}), 0) as after_push,
        sum(k.weight) filter (k.side = 'above' and {counts}) as above
    from weighted as w
    semi join owner as o on o.owner_id = w.owner_id
    left join (select distinct owner_id, task_id from option) as p
        on p.owner_id = w.owner_id and p.task_id = w.task_id
    left join category as k on k.owner_id = w.owner_id
    group by w.owner_id, w.task_id
), unfit as (
    select
        owner_id,
        before_push,
        after_push,
        above,
        row_number() over (
            partition by owner_id order by abs(after_push - coalesce(above, 100)) desc, task_id
        ) as place
    from total
    where (after_push <> before_push or not was_weighted)
        and (after_push <> above or (was_weighted and before_push = 100 and after_push <> 100))
)
select owner_id, before_push, after_push, above
from unfit
where place = 1
