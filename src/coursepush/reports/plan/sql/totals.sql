-- One row: how many of everything.
select
    count(*) filter (where is_written) as written,
    count(*) filter (where is_number) as numbers,
    count(distinct case when is_written and hop = 1 then course_id end) as courses,
    count(distinct case when is_written then section_id end) as sections,
    count(distinct case when is_written then school end) as schools,
    {fates}
from {p}row
