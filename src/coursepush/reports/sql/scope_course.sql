-- One row a course in question, with the names that every report carries. A course without a master counts to
-- the catalog its school has that year. Schools of one name are told apart by their numbers. Parameters: catalogs,
-- years, calendars, schools, courses, masters (null: all).
create temp table {p}course as
with counted_school as (
    select
        school_id,
        name,
        coalesce(number, 'school ' || school_id) as number,
        count(*) over (partition by name) as of_that_name,
        count(number) over (partition by name, number) as of_both
    from school
), named_school as (
    select
        school_id,
        case
            when name is null and of_both > 1 then number || ', school ' || school_id
            when name is null then number
            when of_that_name = 1 then name
            when of_both > 1 then name || ' (' || number || ', school ' || school_id || ')'
            else name || ' (' || number || ')'
        end as name
    from counted_school
)
select
    c.course_id,
    c.master_id,
    g.name as catalog,
    k.end_year as year,
    h.school_id,
    h.name as school,
    k.name as calendar,
    c.number as course_number,
    c.name as course_name
from course as c
join calendar as k on k.calendar_id = c.calendar_id
join named_school as h on h.school_id = k.school_id
left join course_master as m on m.master_id = c.master_id
left join catalog_school as y on y.school_id = k.school_id and y.end_year = k.end_year
left join catalog as g on g.catalog_id = coalesce(m.catalog_id, y.catalog_id)
where {within:catalogs g.catalog_id}
    and {within:years k.end_year}
    and {within:calendars k.calendar_id}
    and {within:schools h.school_id}
    and {within:courses c.course_id}
    and {within:masters c.master_id}
