-- One row a calendar and course catalog that some of the chosen courses are of, and whether a push of that catalog
-- reaches the calendar. Parameter: courses.
with chosen as (
    select unnest($courses::bigint[]) as course_id
)
select
    m.catalog_id,
    g.name as catalog,
    k.end_year as year,
    k.calendar_id,
    coalesce(h.name, h.number, 'school ' || h.school_id) as school,
    bool_or(y.school_id is not null) as is_reached,
    count(*) as courses
from chosen as x
join course as c on c.course_id = x.course_id
join course_master as m on m.master_id = c.master_id
join catalog as g on g.catalog_id = m.catalog_id
join calendar as k on k.calendar_id = c.calendar_id
join school as h on h.school_id = k.school_id
left join catalog_school as y
    on y.school_id = k.school_id and y.end_year = k.end_year and y.catalog_id = m.catalog_id
group by m.catalog_id, g.name, k.end_year, k.calendar_id, h.name, h.number, h.school_id
order by m.catalog_id, k.end_year, k.calendar_id
