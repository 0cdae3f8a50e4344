-- One row a calendar that a saved plan speaks of. Parameter: calendars, those that its request names.
select c.calendar_id
from course as c
join saved_name_course as n on n.course_id = c.course_id
union
select calendar_id from calendar where list_contains($calendars::bigint[], calendar_id)
