-- One row a course and task or standard that it has after a locked push of everything (rules.md 4.2, 4.3): what it has
-- but for what the push removes, and what the push adds.
create temp table {p}task_after as
with governed as (
    select d.course_id, d.row_id, d.pairing, d.link, d.use, d.w_task_id as task_id
    from (
        select 'grading_tasks' as lock, * from {p}met_grading_tasks
        union all
        select 'standards' as lock, * from {p}met_standards
    ) as d
    join {p}target_course as c on c.course_id = d.course_id
    join catalog_lock as l on l.catalog_id = c.catalog_id and l.lock = d.lock
    where d.pairing <> 'paired'
)
select r.owner_id as course_id, r.task_id, r.is_post_only
from course_task as r
join {p}target_course as c on c.course_id = r.owner_id
anti join (select row_id from governed where link = 'orphan' and pairing = 'extra' and use = 'unused') as g
    on g.row_id = r.row_id
union all
select course_id, task_id, cast(null as boolean) as is_post_only
from governed
where pairing = 'missing'
