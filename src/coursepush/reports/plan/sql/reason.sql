-- One row a reason, of the rows of the fate {fate}.
select
    reason,
    count(*) as rows,
    count(distinct course_id) as courses,
    count(distinct section_id) as sections,
    list_distinct(list(element)) as elements
from {p}row
where fate = '{fate}'
group by reason
order by rows desc, reason
