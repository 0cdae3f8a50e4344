-- One row a course that has a course master: its status, and what that follows from. `is_reached`: its school has the
-- course master's catalog that year, so that a push gets there. Parameters: statuses, labels of data types (null: all).
select
    k.catalog,
    k.year,
    k.school,
    k.calendar,
    k.course_number,
    k.course_name,
    c.master_number,
    m.name as master_name,
    s.status,
    c.ignore_master_push,
    c.master_is_active,
    s.broken,
    s.local,
    s.residual,
    s.elements,
    s.stays,
    s.stays_unknown,
    s.not_known,
    y.school_id is not null as is_reached,
    k.course_id,
    c.master_id
from {p}target_course as c
join {p}course as k on k.course_id = c.course_id
join {p}status as s on s.course_id = c.course_id
join course_master as m on m.master_id = c.master_id
join calendar as a on a.calendar_id = c.calendar_id
left join catalog_school as y
    on y.school_id = a.school_id and y.end_year = a.end_year and y.catalog_id = c.catalog_id
where ($statuses::varchar[] is null or list_contains($statuses::varchar[], s.status))
    and ($labels::varchar[] is null or list_has_any(string_split(s.elements, ', '), $labels::varchar[]))
order by k.catalog nulls last, k.year, k.school, k.calendar, k.course_number, k.course_id
