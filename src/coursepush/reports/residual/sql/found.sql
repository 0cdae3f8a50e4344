-- One row a setup row of one data type that stays because it is used.
select
    '{level}' as level,
    '{element}' as element,
    v.course_id,
    {section} as section_id,
    v.row_id,
    v.link,
    {category} as category,
    {task} as task_id,
    {first} as first_term,
    {last} as last_term,
    {child} as child_task_id,
    {child_term} as child_term_seq
from {rows} as v
where {stays}
