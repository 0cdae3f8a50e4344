-- One row a school and calendar, those first where most disappears, gets other values or could not be pushed.
create temp table {p}place as
with counted as (
    select
        school,
        calendar,
        count(distinct case when is_written and hop = 1 then course_id end) as courses,
        count(distinct case when is_written then section_id end) as sections,
        count(*) filter (where is_written) as written,
        {fates}
    from {p}row
    group by school, calendar
)
select
    *,
    row_number() over (
        order by disappears + other_values + could_not desc, written desc, school, calendar nulls last
    ) as place
from counted
