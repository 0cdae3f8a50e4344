-- One row a catalog and year with something that a push of course masters would write: whom it is about there. A name
-- is null where a push could not tell by it what is meant. Parameter: elements (null: all).
with named_calendar as (
    select calendar_id, case when count(*) over (partition by end_year, name) = 1 then name end as name
    from calendar
), named_catalog as (
    select catalog_id, case when count(*) over (partition by name) = 1 then name end as name
    from catalog
)
select
    any_value(g.name) as name,
    a.catalog_id as id,
    k.year,
    list_sort(list(distinct n.name) filter (n.name is not null)) as calendars,
    list_sort(list(distinct n.calendar_id) filter (n.name is null)) as calendar_ids,
    list(distinct a.master_id) as master_ids,
    list(distinct m.number) as masters,
    list(distinct a.course_id) as course_ids,
    list(distinct k.course_number) as courses
from {p}written as w
join {p}course as k on k.course_id = w.course_id
join {p}reach as a on a.course_id = w.course_id
join course_master as m on m.master_id = a.master_id
join named_calendar as n on n.calendar_id = a.calendar_id
join named_catalog as g on g.catalog_id = a.catalog_id
where {asked} and {within:elements w.element}
group by k.catalog, a.catalog_id, k.year
order by k.catalog, k.year, a.catalog_id
