-- One row a row or field that others changed, on a course that the plan is about: as it was before the first of the
-- refreshes that count.
create temp table {p}changed as
with place as (
    select
        d.*,
        case d.hop when 1 then d.course_id else d.section_id end as owner_id,
        {place_of:d} as place
    from push.drift as d
    semi join (
        select course_id from {p}reach
        union
        select course_id from {p}row
    ) as c on c.course_id = d.course_id
    where d.refresh_id >= $since
), apart as (
    -- a renamed category stands no more under its old name, and did not stand under its new one
    select * replace (case when change = 'renamed' then null else before end as before) from place
    union all
    select * replace (
        {named:before} as place,
        '{{"name":' || cast(to_json(before ->> '$.name') as varchar) || '}}' as key
    )
    from place
    where change = 'renamed'
), turned as (
    select *, row_number() over (partition by hop, element, owner_id, place order by refresh_id) as turn
    from apart
)
select hop, element, owner_id, place, key, field, before
from turned
where turn = 1
