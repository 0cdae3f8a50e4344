-- One row a pool and enrolled student: the sums whose quotient is the category's percent (GRADES.md 6), of all that
-- is left after the last n and the lowest are taken (GRADES.md 3, 5). Extra credit takes no part in either.
create temp table {p}pool_sum as
with plain as (
    {plain}
), chosen as (
    {chosen}
), late as (
    -- one row a score, with its place among the latest of its grade
    select
        *,
        row_number() over (
            partition by coalesce(last_of, -pool_id), student_id, possible = 0
            order by due_date desc nulls last, assignment_id desc
        ) as latest
    from chosen
    where earned is not null
), low as (
    -- one row a score of the last n, with its place among the lowest of its category
    select
        *,
        row_number() over (
            partition by pool_id, student_id, possible = 0
            order by {exact_percent}, possible, assignment_id
        ) as lowest,
        count(*) over (partition by pool_id, student_id, possible = 0) as scores
    from late
    where possible = 0 or last_n is null or latest <= last_n
), summed as (
    -- one row a pool and student
    select pool_id, section_id, student_id, sum({amount}) as amount, sum({divisor}) as divisor
    from plain
    where earned is not null
    group by pool_id, section_id, student_id
    union all
    select pool_id, section_id, student_id, sum({amount}) as amount, sum({divisor}) as divisor
    from low
    where possible = 0 or lowest > least(drop_lowest, scores - 1)
    group by pool_id, section_id, student_id
)
select s.pool_id, s.student_id, s.amount, s.divisor
from summed as s
semi join enrollment as e on e.section_id = s.section_id and e.student_id = s.student_id
