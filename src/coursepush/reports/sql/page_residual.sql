-- One row a hop, data type and reason of what stays although nothing like it is set up above.
select hop, element, reason, count(*) as rows
from {p}row
where is_residual
group by hop, element, reason
order by hop, {element_place}, reason
