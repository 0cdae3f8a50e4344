-- One row a category of a {level} that nothing above pairs with (RULES.md 3): by link first, whatever the names,
-- then by name. Of several with one parent all but one count as local.
select
    '{level}' as level,
    'categories' as element,
    p.course_id,
    p.section_id,
    p.upper_owner_id,
    p.row_id,
    case when p.parent_row_id is null or l.place > 1 then 'local' else 'orphan' end as link,
    p.name as category,
    null::bigint as task_id,
    null::integer as first_term,
    null::integer as last_term,
    null::bigint as child_task_id,
    null::integer as child_term_seq
from (
    select r.*, o.course_id, o.section_id, o.upper_owner_id
    from {table} as r
    join {p}owner as o on o.level = '{level}' and o.owner_id = r.owner_id
) as p
left join {p}by_link_{level} as l on l.row_id = p.row_id
left join (
    select u.owner_id, lower(u.name) as name_key, l.upper_row_id, o.owner_id as lower_owner_id
    from {upper_table} as u
    join {p}owner as o on o.level = '{level}' and o.upper_owner_id = u.owner_id
    left join {p}by_link_{level} as l
        on l.owner_id = o.owner_id and l.upper_row_id = u.row_id and l.place = 1
) as n on n.lower_owner_id = p.owner_id and n.name_key = lower(p.name) and n.upper_row_id is null
{known}
where l.place is distinct from 1
    and n.owner_id is null
    and {not_broken}
