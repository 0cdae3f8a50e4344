pool_sum as (
    -- one row a pool and student: how many scores are left, and the sums whose quotient is the category's percent
    -- (GRADES.md 6)
    select pool_id, student_id, count(*) as scores, sum({amount}) as amount, sum({divisor}) as divisor
    from every
    group by pool_id, student_id
)
