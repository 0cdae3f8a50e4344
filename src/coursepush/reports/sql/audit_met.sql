-- One row a setup row of a course and the row of its course master that it meets (RULES.md 3), or one of them alone:
-- {which}. `p_` columns as the course has it, `w_` as the course master has it.
create temp table {p}met_{element} as
with wanted as (
    select
        c.course_id as owner_id,
        c.course_id,
        u.row_id as upper_row_id,
        false as upper_is_new,
        true as spreads,
        null::varchar as blocked,
        {upper_values}
    from {p}target_course as c
    join {upper_table} as u on u.owner_id = c.master_id
    {upper_joins}
), present as (
    select
        r.row_id,
        r.owner_id,
        r.owner_id as course_id,
        r.parent_row_id,
        r.is_link_broken,
        {values}
    from {table} as r
    semi join {p}target_course as c on c.course_id = r.owner_id
    {bank}
), {met_as} as (
    {met}
), fact as (
    select
        m.*,
        case
            when m.upper_row_id is null then 'extra'
            when m.row_id is null then 'missing'
            else 'paired'
        end as pairing,
        {link} as link,
        known.owner_id as parent_owner_id,
        {is_used} as is_used
    from met as m
    left join {upper_table} as known on known.row_id = m.parent_row_id
    {joins}
)
select
    f.course_id,
    f.row_id,
    f.upper_row_id,
    f.pairing,
    f.link,
    f.differs,
    case when f.pairing = 'extra' then case when f.is_used then 'used' else '{unused}' end end as use,
    f.is_link_broken,
    f.parent_owner_id,
    {columns_out}
from fact as f
{where}
