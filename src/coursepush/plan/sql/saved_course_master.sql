-- One row a course master of such a course, or that the request names. Parameter: masters.
select distinct c.master_id
from course as c
join saved_name_course as n on n.course_id = c.course_id
where c.master_id is not null
union
select master_id from course_master where list_contains($masters::bigint[], master_id)
