-- One row a school and calendar, those first where schools and teachers lose most and most could not be done.
create temp table {p}place as
with counted as (
    select
        school,
        calendar,
        count(distinct case when is_written and hop = 1 then course_id end) as courses,
        count(distinct case when is_written then section_id end) as sections,
        count(*) filter (where is_written) as written,
        count(*) filter (where is_lost and hop = 1) as lost_school,
        count(*) filter (where is_lost and hop = 2) as lost_teacher,
        count(*) filter (where is_could_not) as could_not,
        count(*) filter (where is_left) as left_as_it_is
    from {p}row
    group by school, calendar
)
select
    *,
    row_number() over (
        order by lost_school + lost_teacher + could_not desc, written desc, school, calendar nulls last
    ) as place
from counted
