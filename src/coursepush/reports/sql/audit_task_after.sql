-- One row a course and task or standard that it has after a locked push of everything (RULES.md 4.2, 4.3), and whether
-- it is post-only then: what it has but for what the push removes, as the push writes it, and what the push adds.
create temp table {p}task_after as
with governed as (
    select d.course_id, d.row_id, d.pairing, d.link, d.use, d.w_task_id as task_id, d.w_is_post_only as is_post_only
    from (
        select 'grading_tasks' as lock, * from {p}met_grading_tasks
        union all
        select 'standards' as lock, * from {p}met_standards
    ) as d
    join {p}target_course as c on c.course_id = d.course_id
    join catalog_lock as l on l.catalog_id = c.catalog_id and l.lock = d.lock
), removed as (
    select row_id from governed where pairing = 'extra' and link = 'orphan' and use <> 'used'
), written as (
    select row_id, is_post_only from governed where pairing = 'paired' and link in ('linked', 'orphan')
)
select
    r.owner_id as course_id,
    r.task_id,
    case when w.row_id is not null then w.is_post_only else r.is_post_only end as is_post_only
from course_task as r
join {p}target_course as c on c.course_id = r.owner_id
left join written as w on w.row_id = r.row_id
anti join removed as x on x.row_id = r.row_id
union all
select course_id, task_id, is_post_only
from governed
where pairing = 'missing'
