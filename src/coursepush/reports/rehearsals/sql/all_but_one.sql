-- One row a course that its school manages, where another course of its course master would get something.
with managed as (
    select * from {p}reached
    where ignore_master_push or local > 0
)
select
    m.course_id,
    null::bigint as section_id,
    case
        when m.ignore_master_push then 'ignores pushes already'
        else concat(m.local, case m.local when 1 then ' row' else ' rows' end, ' of the school''s own')
    end as what,
    '' as detail
from managed as m
where exists (
    select 1 from {p}change as c
    where c.master_id = m.master_id and c.year = m.year
        and c.course_id not in (select course_id from managed)
)
