-- One row a setup row of a {level} that nothing above pairs with (RULES.md 3): no upper row has its key, or none that
-- is wanted, the section not meeting in its term (5.1). `link` is local or orphan; a broken link is the course audit's business.
select
    '{level}' as level,
    {element} as element,
    o.course_id,
    o.section_id,
    o.upper_owner_id,
    r.row_id,
    case when r.parent_row_id is null then 'local' else 'orphan' end as link,
    null::varchar as category,
    r.task_id,
    {first_term} as first_term,
    {last_term} as last_term,
    {child_task} as child_task_id,
    {child_term} as child_term_seq
from {table} as r
join {p}owner as o on o.level = '{level}' and o.owner_id = r.owner_id
{bank}
anti join {above} and {same_key}
{known}
