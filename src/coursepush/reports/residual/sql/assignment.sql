-- One row a candidate, section and assignment there that uses it (RULES.md 2), active or not.
create temp table {p}assignment as
with place as (
    select s.section_id
    from section as s
    semi join {p}need as n on n.section_id = s.section_id
), asked as (
    select a.assignment_id, a.section_id, a.is_active
    from assignment as a
    join place as p on p.section_id = a.section_id
), inactive as (
    select assignment_id from asked where not is_active
), scored_inactive as (
    select distinct s.assignment_id
    from score as s
    semi join inactive as i on i.assignment_id = s.assignment_id
), work as (
    select a.section_id, a.assignment_id, a.is_active, t.task_id, t.term_seq
    from asked as a
    left join scored_inactive as s on s.assignment_id = a.assignment_id
    join assignment_task as t on t.assignment_id = a.assignment_id
    where a.is_active or s.assignment_id is not null
)
-- an assignment of several tasks may use a composite row by its parent and by its child
select distinct n.candidate_id, n.section_id, w.assignment_id, w.is_active
from {p}need as n
join work as w on w.section_id = n.section_id and w.task_id = n.task_id
where w.term_seq between n.first_term and n.last_term
union all
select c.candidate_id, a.section_id, a.assignment_id, a.is_active
from {p}candidate as c
join section_category as r on r.row_id = c.row_id
join assignment as a on a.category_row_id = r.row_id
where c.element = 'categories' and c.level = 'section'
union all
select c.candidate_id, a.section_id, a.assignment_id, a.is_active
from {p}candidate as c
join section_category as r on r.parent_row_id = c.row_id
join section as s on s.section_id = r.owner_id and s.course_id = c.course_id
join assignment as a on a.category_row_id = r.row_id
where c.element = 'categories' and c.level = 'course'
