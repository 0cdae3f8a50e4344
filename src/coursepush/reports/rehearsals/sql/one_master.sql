-- One row a course whose course master has several changes that it would get.
with changed as (
    select
        master_id,
        year,
        count(distinct (element, place, coalesce(field, ''))) as changes
    from {p}change
    group by master_id, year
)
select
    c.course_id,
    null::bigint as section_id,
    concat(any_value(d.changes), ' changes on the course master') as what,
    lpad(any_value(d.changes)::varchar, 6, '0') as detail
from {p}change as c
join changed as d on d.master_id = c.master_id and d.year = c.year
where d.changes > 1
group by c.course_id
