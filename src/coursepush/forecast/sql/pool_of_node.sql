-- One row a grade that is no composite and a category that counts for it, with all that the category's percent rests
-- on. What is alike on both sides is one pool; the last n scores (`last_of`) are taken over all categories of a
-- grade, whose pools are thus its own.
create temp table {p}pool_of_node as
select
    dense_rank() over (
        order by
            n.section_id,
            n.task_id,
            n.term_seq,
            c.category_row_id,
            c.drop_lowest,
            n.use_percent,
            n.from_term_seq,
            case when n.last_n is not null then n.node_id end
    ) as pool_id,
    n.node_id,
    n.section_id,
    n.task_id,
    n.term_seq,
    n.from_term_seq,
    n.use_percent,
    n.last_n,
    case when n.last_n is not null then n.node_id end as last_of,
    c.category_row_id,
    c.drop_lowest,
    c.weight
from {p}node as n
join {p}category as c on c.side = n.side and c.section_id = n.section_id
where n.calc_type = 'in_progress'
    and not n.is_composite
    and (c.task_ids = '' or list_contains(string_split(c.task_ids, ';'), cast(n.task_id as varchar)))
