-- One row a row of setup on courses or sections that others changed since the last load.
insert into district.push.drift
    (refresh_id, hop, element, course_id, section_id, key, field, change, before, now)
select
    {refresh_id},
    {hop},
    {element},
    {course_id},
    {section_id},
    {key},
    null,
    c.what,
    {before},
    {now}
from compared_{table} as c
{joins}
where c.what in ('added', 'removed', 'renamed', 'changed')
