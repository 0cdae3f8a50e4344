-- One row a piece of students' work that uses a candidate: an assignment, a score, a posted grade.
create temp table {p}piece as
select candidate_id, section_id, 1 as assignments, 0 as scores, 0 as grades, 0 as comments, null as student_id
from {p}assignment
union all
select a.candidate_id, a.section_id, 0, 1, 0, case when s.comment is null then 0 else 1 end, s.student_id
from {p}assignment as a
join score as s on s.assignment_id = a.assignment_id
union all
select candidate_id, section_id, 0, 0, 1, case when has_comment then 1 else 0 end, student_id
from {p}grade
