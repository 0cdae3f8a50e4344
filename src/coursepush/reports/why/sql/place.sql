-- One row: the course asked about and where it stands, with the section if one was named.
-- Parameters: course_id, section_id (null: none).
select
    c.course_id,
    c.number as course_number,
    c.name as course_name,
    c.is_cross_site,
    k.calendar_id,
    k.name as calendar,
    k.end_year as year,
    coalesce(h.name, h.number, 'school ' || h.school_id) as school,
    m.master_id,
    m.number as master_number,
    m.is_active as master_is_active,
    coalesce(m.catalog_id, y.catalog_id) as catalog_id,
    g.name as catalog,
    y.catalog_id as school_catalog_id,
    o.name as school_catalog,
    s.section_id,
    s.number as section_number
from course as c
join calendar as k on k.calendar_id = c.calendar_id
join school as h on h.school_id = k.school_id
left join course_master as m on m.master_id = c.master_id
left join catalog_school as y on y.school_id = k.school_id and y.end_year = k.end_year
left join catalog as g on g.catalog_id = coalesce(m.catalog_id, y.catalog_id)
left join catalog as o on o.catalog_id = y.catalog_id
left join section as s on s.section_id = $section_id
where c.course_id = $course_id
