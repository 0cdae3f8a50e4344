-- one row a section, task and term with work on it (RULES.md 2): an assignment that is active or has a score, or a
-- grade posted with something in it
with inactive as (
    select a.assignment_id
    from assignment as a
    {narrow_assignment}
    where not a.is_active
), scored_inactive as (
    select distinct s.assignment_id
    from score as s
    semi join inactive as i on i.assignment_id = s.assignment_id
)
select a.section_id, t.task_id, t.term_seq
from assignment as a
{narrow_assignment}
join assignment_task as t on t.assignment_id = a.assignment_id
where a.is_active
union
select a.section_id, t.task_id, t.term_seq
from assignment as a
{narrow_assignment}
join scored_inactive as s on s.assignment_id = a.assignment_id
join assignment_task as t on t.assignment_id = a.assignment_id
union
select g.section_id, g.task_id, g.term_seq
from posted_grade as g
{narrow_grade}
where g.mark is not null or g.percent is not null or g.comment is not null
