-- one row a group, with the names of what it is counted by
select
    {columns},
    {counts}
from (
    {counted}
) as f
{joins}
order by {order}
