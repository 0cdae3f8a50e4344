-- One row a section, task and term with work on it (rules.md 2), of all sections of the courses worked on.
create temp table {p}work_2 as
with owned as (
    select s.section_id
    from section as s
    semi join {p}target_course as c on c.course_id = s.course_id
), inactive as (
    select a.assignment_id
    from assignment as a
    semi join owned as o on o.section_id = a.section_id
    where not a.is_active
), scored_inactive as (
    select distinct s.assignment_id
    from score as s
    semi join inactive as i on i.assignment_id = s.assignment_id
), counting as (
    select a.assignment_id, a.section_id
    from assignment as a
    semi join owned as o on o.section_id = a.section_id
    left join scored_inactive as s on s.assignment_id = a.assignment_id
    where a.is_active or s.assignment_id is not null
)
select a.section_id as owner_id, t.task_id, t.term_seq
from counting as a
join assignment_task as t on t.assignment_id = a.assignment_id
union
select g.section_id as owner_id, g.task_id, g.term_seq
from posted_grade as g
semi join owned as o on o.section_id = g.section_id
where g.mark is not null or g.percent is not null or g.comment is not null
