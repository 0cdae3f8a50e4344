-- One row a catalog of such a school or course master, or that the request names. Parameter: catalogs.
select y.catalog_id
from catalog_school as y
join saved_name_catalog_school as n on n.school_id = y.school_id and n.end_year = y.end_year
union
select m.catalog_id
from course_master as m
join saved_name_course_master as n on n.master_id = m.master_id
union
select catalog_id from catalog where list_contains($catalogs::bigint[], catalog_id)
