-- what a step begins with that reads `every`: one row a pool and score that is left after the last n and the lowest are
-- taken (GRADES.md 3, 5). Extra credit takes no part in either
with chosen as materialized (
    {chosen}
), late as (
    -- one row a score of a grade by its last n, with its place among the latest
    select
        *,
        row_number() over (
            partition by last_of, student_id
            order by due_date desc nulls last, assignment_id desc
        ) as latest
    from chosen
    where last_n is not null and possible > 0 and earned is not null
), left_over as materialized (
    -- one row a score that the last n leave
    select pool_id, student_id, assignment_id, drop_lowest, use_percent, possible, multiplier, earned
    from late
    where latest <= last_n
    union all
    select pool_id, student_id, assignment_id, drop_lowest, use_percent, possible, multiplier, earned
    from chosen
    where (last_n is null or possible = 0) and earned is not null
), low as (
    -- one row a score of a category that drops some, with its place among the lowest
    select
        *,
        row_number() over (
            partition by pool_id, student_id
            order by {exact_percent}, possible, assignment_id
        ) as lowest,
        count(*) over (partition by pool_id, student_id) as scores
    from left_over
    where drop_lowest > 0 and possible > 0
), every as (
    -- one row a score that is left
    select pool_id, student_id, assignment_id, use_percent, possible, multiplier, earned
    from (
        {plain}
    )
    where earned is not null
    union all
    select pool_id, student_id, assignment_id, use_percent, possible, multiplier, earned
    from left_over
    where drop_lowest <= 0 or possible = 0
    union all
    select pool_id, student_id, assignment_id, use_percent, possible, multiplier, earned
    from low
    where lowest > least(drop_lowest, scores - 1)
)
