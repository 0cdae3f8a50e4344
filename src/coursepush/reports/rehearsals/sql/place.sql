-- One row a place where a situation applies, with its names.
select
    k.catalog,
    k.year,
    k.school,
    k.calendar,
    m.number as master_number,
    m.name as master_name,
    k.course_number,
    k.course_name,
    s.number as section_number,
    t.name as teacher,
    f.what,
    f.detail,
    r.catalog_id,
    r.master_id,
    r.calendar_id,
    f.course_id,
    f.section_id
from (
{found}
) as f
join {p}reached as r on r.course_id = f.course_id
join {p}course as k on k.course_id = f.course_id
join course_master as m on m.master_id = r.master_id
left join section as s on s.section_id = f.section_id
left join teacher as t on t.teacher_id = s.teacher_id
order by k.catalog, k.year, k.school, k.calendar, k.course_number, f.course_id, s.number, f.section_id, f.what, f.detail
