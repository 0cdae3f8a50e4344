-- One row a course to which a push would bring its course master's number, in calendars of the courses in question.
select c.course_id, c.calendar_id, c.master_id, c.is_cross_site, null::varchar as whole
from course as c
join course_master as m on m.master_id = c.master_id
join calendar as a on a.calendar_id = c.calendar_id
join catalog_school as y
    on y.school_id = a.school_id and y.end_year = a.end_year and y.catalog_id = m.catalog_id
semi join catalog_lock as l on l.catalog_id = m.catalog_id and l.lock = 'course_info.number'
where m.is_active and not c.ignore_master_push
    and c.calendar_id in (select calendar_id from {p}target_course)
