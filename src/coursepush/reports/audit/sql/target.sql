-- One row a course with a course master, and its catalog: what the audit looks at. `is_reached`: its school has that
-- catalog that year, so that a push gets there; one that names no calendars leaves summer calendars out.
select
    k.course_id,
    c.calendar_id,
    c.master_id,
    c.is_cross_site,
    c.ignore_master_push,
    m.catalog_id,
    m.number as master_number,
    m.is_active as master_is_active,
    y.school_id is not null as is_reached,
    a.is_summer
from {p}course as k
join course as c on c.course_id = k.course_id
join course_master as m on m.master_id = c.master_id
join calendar as a on a.calendar_id = c.calendar_id
left join catalog_school as y
    on y.school_id = a.school_id and y.end_year = a.end_year and y.catalog_id = m.catalog_id
