-- One row a candidate and student with scores on what uses it: how many, and how many of them with a comment.
create temp table {p}score as
select
    a.candidate_id,
    s.student_id,
    count(*)::integer as scores,
    count(s.comment)::integer as comments
from {p}assignment as a
join score as s on s.assignment_id = a.assignment_id
group by a.candidate_id, s.student_id
