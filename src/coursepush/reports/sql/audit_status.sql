-- One row a course: its status (rules.md 8). Use that is not known is not "not used".
create temp table {p}status as
with locked as (
    select distinct d.course_id, d.link, d.difference, d.use
    from {p}difference as d
    join {p}target_course as t on t.course_id = d.course_id
    join catalog_lock as l on l.catalog_id = t.catalog_id
    join (values {locks}) as e (element, lock) on e.lock = l.lock and e.element = d.element
)
select
    t.course_id,
    case
        when bool_or(l.link = 'broken') then 'desynced'
        when t.ignore_master_push
            or bool_or(l.link = 'local')
            or bool_or(l.link = 'orphan' and l.difference = 'extra' and l.use <> 'unused')
            then 'course_controlled'
        else 'linked'
    end as status
from {p}target_course as t
left join locked as l on l.course_id = t.course_id
group by t.course_id, t.ignore_master_push
