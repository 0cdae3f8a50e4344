-- One row a reason, of the rows for which {flag} holds.
select
    reason,
    count(*) as rows,
    count(distinct course_id) as courses,
    count(distinct section_id) as sections,
    list_distinct(list(element)) as elements
from {p}row
where {flag}
group by reason
order by rows desc, reason
