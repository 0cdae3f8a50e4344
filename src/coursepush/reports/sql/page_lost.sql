-- One row a hop and data type of which schools (hop 1) or teachers (hop 2) would lose what they made.
select
    hop,
    element,
    count(*) filter (where verdict = 'delete') as removed,
    count(*) filter (where verdict = 'relink') as taken_over,
    count(distinct school) as schools
from {p}row
where is_lost
group by hop, element
order by hop, {element_place}
