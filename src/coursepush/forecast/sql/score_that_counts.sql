-- one row a pool and score that counts (GRADES.md 3): what was earned, in billionths of a point
    select
        c.pool_id,
        c.use_percent,
        c.drop_lowest,
        c.last_n,
        c.last_of,
        c.assignment_id,
        c.due_date,
        c.possible,
        c.multiplier,
        s.student_id,
        {earned} as earned
    from {p}counting as c
    join score as s on s.assignment_id = c.assignment_id
    where not s.is_exempt
        and not s.is_dropped
        and {which}
        and {students}
