-- One row a hop, data type, fate and maker: how many rows, on how many courses and sections, at how many schools.
select
    hop,
    element,
    fate,
    made_by,
    count(*) as rows,
    count(distinct course_id) as courses,
    count(distinct section_id) as sections,
    count(distinct school) as schools
from {p}row
group by hop, element, fate, made_by
order by hop, {element_place}, fate, made_by
