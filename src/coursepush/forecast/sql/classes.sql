-- one row a class of moves: from `low` to below `high` percent points upwards, from `high` to above `low` downwards
select b.low, b.high, count(distinct m.student_id) as students, count(m.student_id) as grades
from (values {classes}) as b(low, high)
left join {p}move as m
    on m.change <> 0
    and case
        when coalesce(b.high, 1) > 0
            then m.change >= b.low and (b.high is null or m.change < b.high) and m.change > 0
        else (b.low is null or m.change > b.low) and m.change <= b.high and m.change < 0
    end
group by b.low, b.high
order by b.low nulls first
