-- One row a group ({told}) of a plan's rows: on how many courses and sections it writes, and what becomes of rows.
with worded as (
    select
        {keys},
        r.hop,
        r.course_id,
        r.section_id,
        {is_written} as is_written,
        coalesce({is_lost}, false) as is_lost,
        coalesce({is_could_not}, false) as is_could_not
    from (
{rows}
    ) as r
    where {which}
)
select
    {told},
    count(distinct case when is_written then course_id end) as courses,
    count(distinct case when is_written then section_id end) as sections,
    count(*) filter (where is_written) as written,
    count(*) filter (where is_lost) as lost,
    count(*) filter (where is_could_not) as could_not,
    count(*) as rows
from worded
group by {told}
order by written desc, {order}
