-- One row a course or section that has setup of its school's or teacher's own.
select
    course_id,
    section_id,
    concat(count(*), case count(*) when 1 then ' row' else ' rows' end, ' made here') as what,
    '' as detail
from {p}own_row
group by course_id, section_id
