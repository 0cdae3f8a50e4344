-- One row: the setup row whose use is counted. Parameters: level, element, course_id, section_id (null on a course),
-- row_id.
create temp table {p}candidate as
select
    1 as candidate_id,
    $level::varchar as level,
    $element::varchar as element,
    $course_id::bigint as course_id,
    $section_id::bigint as section_id,
    r.row_id,
    {task} as task_id,
    {first} as first_term,
    {last} as last_term,
    {child} as child_task_id,
    {child_term} as child_term_seq
from {table} as r
where r.row_id = $row_id
