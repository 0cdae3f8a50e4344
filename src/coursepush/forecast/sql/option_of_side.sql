select
    '{side}' as side,
    owner_id as section_id,
    task_id,
    term_seq,
    calc_type,
    scale_id,
    weight_categories,
    use_percent,
    last_n,
    least(coalesce(cumulative_from_term_seq, term_seq), term_seq) as from_term_seq
from (
    {rows}
) as r
where calc_type <> 'none'
