-- One row a pool: a category that counts for a grade that is no composite, with all that the category's percent rests
-- on, and the grades it serves (`nodes`). What is alike on both sides is one pool; the last n scores (`last_of`) are
-- taken over all categories of a grade, whose pools are thus its own.
create temp table {p}pool as
select
    row_number() over () as pool_id,
    *
from (
    select
        n.section_id,
        n.task_id,
        n.term_seq,
        n.from_term_seq,
        n.use_percent,
        n.last_n,
        case when n.last_n is not null then n.node_id end as last_of,
        c.category_row_id,
        c.drop_lowest,
        list({{'node_id': n.node_id, 'weight_categories': n.weight_categories, 'weight': c.weight}}) as nodes
    from {p}node as n
    join {p}category as c on c.side = n.side and c.section_id = n.section_id
    where n.calc_type = 'in_progress'
        and not n.is_composite
        and (c.task_ids = '' or list_contains(string_split(c.task_ids, ';'), cast(n.task_id as varchar)))
    group by all
)
