-- One row a verdict row of the plan, with what it is about (`place`: its field or the key it shall have, a category's
-- without its case), the key under which it stood, and what the extracts give of both images (k_).
create temp table {p}row as
select
    row_number() over () as row_no,
    r.*,
    case r.hop when 1 then r.course_id else r.section_id end as owner_id,
    r.key is null and r.field is null as is_whole,
    {place_of:r} as place,
    case
        when r.key is null or r.before is null then null
        when r.element = 'categories'
            then {named:r.before}
        else r.key
    end as old_place,
    {k_before} as k_before,
    {k_after} as k_after
from (
    {source}
) as r
left join {p}unknown as u on u.hop = r.hop and u.element = r.element
