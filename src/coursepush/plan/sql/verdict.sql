-- One verdict a pair, by the rule table (plan/rules.py); `use` says what was known where it could matter.
create temp table {p}{name}_{hop}_{element} as
with facts as (
    select
        x.*,
        u.row_id is not null as is_used,
        {on_residual_task} as on_residual_task,
        case
            when not ({rests_on_use}) then null
            when u.row_id is not null then 'used'
            else '{unused}'
        end as use
    from {p}pair_{hop}_{element} as x
    left join {p}used_{hop}_{element} as u on u.row_id = x.row_id
    {residual_joins}
), decided as (
    select
        *,
        {decide} as rule_no
    from facts
)
select
    d.owner_id,
    d.course_id,
    d.row_id,
    d.upper_row_id,
    d.upper_is_new,
    d.link,
    r.verdict,
    coalesce(r.reason, d.blocked) as reason,
    d.use
from decided as d
join {p}rule as r on r.rule_no = d.rule_no
{inserts_beside}
