-- One row a pair of a hop, of whatever element, and its verdict: RULES.md 4.2 and 4.3 on courses, 5.1 in sections.
-- `met_id` says which pair of its element it is. What is linked and equal is `same` by any rule, and not among them.
with pair as (
    {pairs}
), fact as (
    select
        *,
        -- RULES.md 3.1; what cannot be pushed (4.3), and what is left over on the course (5.1), goes before
        case
            when blocked is not null then 'unpushable'
            when upper_row_id is null then 'extra'
            when row_id is not null then 'paired'
            when not spreads then 'not_spread'
            else 'missing'
        end as pairing,
        {link} as link
    from pair
), decided as (
    -- the number of the first rule of the table in plan/rules.py that matches
    select
        *,
        {rule_no} as rule_no
    from fact
), outcome as (
    select
        *,
        {verdict} as verdict,
        coalesce({reason}, blocked) as reason
    from decided
)
select
    element,
    met_id,
    parent_owner_id,
    pairing,
    link,
    is_used,
    rule_no,
    verdict,
    reason,
    -- what was known of its use, where the verdict may rest on it
    case
        when not {rests_on_use} then null
        when is_used then 'used'
        else unused
    end as use,
    -- whether the values and the link of the row above are what is written
    verdict in ({takes}) and reason is distinct from 'residual_task' as takes
from outcome
