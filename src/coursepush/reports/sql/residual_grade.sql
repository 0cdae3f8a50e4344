-- One row a candidate and a posted grade that uses it: one with a mark, percent or comment (rules.md 2).
create temp table {p}grade as
select distinct
    n.candidate_id,
    g.section_id,
    g.student_id,
    g.task_id,
    g.term_seq,
    g.comment is not null as has_comment
from {p}need as n
join posted_grade as g on g.section_id = n.section_id and g.task_id = n.task_id
where g.term_seq between n.first_term and n.last_term
    and (g.mark is not null or g.percent is not null or g.comment is not null)
