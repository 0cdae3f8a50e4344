-- One row a field of a course that others changed since the last load.
insert into district.push.drift
    (refresh_id, hop, element, course_id, section_id, key, field, change, before, now)
select
    {refresh_id},
    {hop},
    '{element}',
    {course_id},
    {section_id},
    null,
    {field},
    '{change}',
    {before},
    {now}
from compared_{table} as c
{joins}
where {differs}
