-- One row a candidate, section and student with posted grades there that use it, ones with a mark, percent or comment
-- (RULES.md 2): how many, and how many of them with a comment.
create temp table {p}grade as
select
    n.candidate_id,
    g.section_id,
    g.student_id,
    count(*)::integer as grades,
    count(g.comment)::integer as comments
from {p}need as n
join posted_grade as g on g.section_id = n.section_id and g.task_id = n.task_id
where g.term_seq between n.first_term and n.last_term
    and (g.mark is not null or g.percent is not null or g.comment is not null)
group by n.candidate_id, g.section_id, g.student_id
