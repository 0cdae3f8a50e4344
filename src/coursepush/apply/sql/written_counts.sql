-- One row: how many rows and fields a plan writes, to how many sections, and what of them disappears, and what of it schools and
-- teachers made.
select
    count(*) as writes,
    count(distinct case when hop = 2 then owner_id end) as sections,
    count(*) filter (where {disappears}) as disappears,
    count(*) filter (where hop = 1 and {lost}) as schools_lost,
    count(*) filter (where hop = 2 and {lost}) as teachers_lost
from {written}
