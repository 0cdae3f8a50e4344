-- One row a candidate, section, task and range of terms: work on any of these makes the candidate used. No two of a
-- candidate name the same task and term.
create temp table {p}need as
with named as (
    select candidate_id, course_id, section_id, task_id, first_term, last_term
    from {p}candidate
    where task_id is not null
    union
    select candidate_id, course_id, section_id, child_task_id, child_term_seq, child_term_seq
    from {p}candidate
    where child_task_id is not null
)
select
    n.candidate_id,
    s.section_id,
    n.task_id,
    n.first_term,
    n.last_term
from named as n
join section as s on s.course_id = n.course_id and (n.section_id is null or s.section_id = n.section_id)
