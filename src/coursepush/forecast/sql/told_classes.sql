-- one row a class of moves (as in classes.sql): in how many sections that are not hidden a grade moves so far, and
-- whether one does anywhere
select
    b.low,
    b.high,
    count(distinct m.section_id) filter (where m.hidden_by is null) as sections,
    count(m.section_id) > 0 as is_any
from (values {classes}) as b(low, high)
left join (
    select m.change, m.section_id, t.hidden_by
    from {p}move as m
    join {p}told as t on t.section_id = m.section_id
    where m.change <> 0
        and t.hidden_by is distinct from 'push'
        and ($sections::bigint[] is null or list_contains($sections::bigint[], m.section_id))
) as m
    on case
        when coalesce(b.high, 1) > 0
            then m.change >= b.low and (b.high is null or m.change < b.high) and m.change > 0
        else (b.low is null or m.change > b.low) and m.change <= b.high and m.change < 0
    end
group by b.low, b.high
order by b.low nulls first
