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
), counting as (
    -- one row a category that counts and task that it names, and one without task where it counts for all: as it
    -- stands, as the push leaves it, and one level up
    select
        owner_id,
        side,
        weight,
        unnest(
            case when task_ids = '' then [null::bigint] else cast(string_split(task_ids, ';') as bigint[]) end
        ) as task_id
    from (
        select owner_id, 'before' as side, weight, is_excluded, task_ids from present
        union all
        select owner_id, 'after' as side, weight, is_excluded, task_ids from kept
        union all
        select owner_id, 'above' as side, weight, is_excluded, task_ids from upper_category
    )
    where not is_excluded
), own_weight as (
    -- one row an owner and task, or no task: what they weigh before and after
    select
        owner_id,
        task_id,
        sum(weight) filter (side = 'before') as before_push,
        sum(weight) filter (side = 'after') as after_push
    from counting
    where side <> 'above'
    group by owner_id, task_id
), upper_weight as (
    -- the same of the level above
    select owner_id, task_id, sum(weight) as weight
    from counting
    where side = 'above'
    group by owner_id, task_id
), total as (
    select
        w.owner_id,
        w.task_id,
        p.owner_id is not null as was_weighted,
        coalesce(a.before_push, 0) + coalesce(t.before_push, 0) as before_push,
        coalesce(a.after_push, 0) + coalesce(t.after_push, 0) as after_push,
        case
            when u.owner_id is not null or v.owner_id is not null then coalesce(u.weight, 0) + coalesce(v.weight, 0)
        end as above
    from weighted as w
    join owner as o on o.owner_id = w.owner_id
    left join (select distinct owner_id, task_id from option) as p
        on p.owner_id = w.owner_id and p.task_id = w.task_id
    left join (select * from own_weight where task_id is null) as a on a.owner_id = w.owner_id
    left join own_weight as t on t.owner_id = w.owner_id and t.task_id = w.task_id
    left join (select * from upper_weight where task_id is null) as u on u.owner_id = o.upper_owner_id
    left join upper_weight as v on v.owner_id = o.upper_owner_id and v.task_id = w.task_id
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
