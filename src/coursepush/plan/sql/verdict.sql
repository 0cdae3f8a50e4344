-- One verdict a pair, by the rule table (plan/rules.py); `use` says what was known where it could matter. Typed:
-- `b_` columns as the row stands, `a_` as it will stand (null where there is none), `w_` the key of the wanted
-- row. What is linked and equal is `same` by any rule and is listed by the step `same` alone{exception}.
-- `restored_id` is for plans that undo.
with {handed}wanted as (
    {wanted}
), present as (
    {present}
), {met_as} as (
    {met}
), fact as (
    -- one row a pair, with all that the rules ask
    select
        m.*,
        {pairing} as pairing,
        {link} as link,
        {is_used} as is_used,
        {on_residual_task} as on_residual_task{more_facts}
    from met as m
    {fact_joins}
), decided as (
    select
        *,
        {rule_no} as rule_no
    from fact
), judged as (
    select
        m.*,
        {verdict} as verdict,
        coalesce({reason}, m.blocked) as reason,
        case
            when not {rests_on_use} then null
            when m.is_used then 'used'
            else '{unused}'
        end as use
    from decided as m
)
select
    v.owner_id,
    v.course_id,
    v.row_id,
    v.upper_row_id,
    v.upper_is_new,
    v.link,
    v.verdict,
    v.reason,
    v.use,
    v.rule_no,
    null::bigint as restored_id,
    {columns_out}
from judged as v
{where}{inserts_beside}
