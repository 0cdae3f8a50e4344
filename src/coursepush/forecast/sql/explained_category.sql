-- one row a category that counts for the grade asked for: its sums, its percent at 12 decimals, what it adds
{pool_sums}
select
    g.name as category,
    cast(p.weight as decimal(14, 0)) * 0.0001::decimal(4, 4) as weight,
    coalesce(s.scores, 0) as scores,
    case
        when n.use_percent then cast(s.amount as decimal(22, 0)) * 0.0000000000000001::decimal(16, 16)
        else cast(s.amount as decimal(22, 0)) * 0.0000000000001::decimal(13, 13)
    end as earned,
    case
        when n.use_percent then cast(s.divisor as decimal(26, 0)) * 0.000000000001::decimal(12, 12)
        else cast(s.divisor as decimal(31, 0)) * 0.0000001::decimal(7, 7)
    end as possible,
    case when s.divisor > 0 then cast({category_percent} as decimal(26, 0)) * 0.000000000001::decimal(12, 12) end
        as percent,
    coalesce(s.divisor > 0 and (p.weight > 0 or not n.weight_categories), false) as counts,
    case
        when coalesce(s.scores, 0) = 0 then 'no score counts'
        when s.divisor <= 0 then 'nothing but extra credit'
        when n.weight_categories and p.weight <= 0 then 'it weighs nothing'
    end as why
from {p}pool_of_node as p
join {p}node as n on n.node_id = p.node_id and n.is_asked
join {p}category as g on g.category_row_id = p.category_row_id and g.side = n.side
left join pool_sum as s on s.pool_id = p.pool_id
order by g.name
