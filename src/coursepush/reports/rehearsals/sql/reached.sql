-- One row a course that a push of its course master reaches without naming its calendar: what it is of, and its status.
select
    t.course_id,
    t.calendar_id,
    t.master_id,
    t.catalog_id,
    k.year,
    t.ignore_master_push,
    coalesce(a.start_date > $today, k.year > $this_year) as is_future,
    s.status,
    s.local
from {p}target_course as t
join {p}course as k on k.course_id = t.course_id
join {p}status as s on s.course_id = t.course_id
join calendar as a on a.calendar_id = t.calendar_id
where t.is_reached and t.master_is_active and not t.is_summer
