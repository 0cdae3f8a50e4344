-- One row a school that would go: it is no longer given, or none of the courses that it has.
with held as (
    select k.school_id, count(*) as courses
    from district.main.course as c
    join district.main.calendar as k on k.calendar_id = c.calendar_id
    group by k.school_id
), stays as (
    select distinct k.school_id
    from {courses} as c
    join {calendars} as k on k.calendar_id = c.calendar_id
)
select coalesce(h.name, h.number, 'school ' || h.school_id) as school
from district.main.school as h
left join held as c on c.school_id = h.school_id
left join stays as s on s.school_id = h.school_id
left join {schools} as n on n.school_id = h.school_id
where n.school_id is null or (c.courses > 0 and s.school_id is null)
order by school
