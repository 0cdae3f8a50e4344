-- One row a candidate, section and student with scores there on what uses it: how many, and how many of them with a
-- comment. Grouped by one number for candidate and section: by three columns, DuckDB 2 would count every score of the
-- district before it looks which ones are asked for.
create temp table {p}score as
with placed as (
    select
        assignment_id,
        candidate_id,
        section_id,
        dense_rank() over (order by candidate_id, section_id) as place
    from {p}assignment
)
select
    min(a.candidate_id) as candidate_id,
    min(a.section_id) as section_id,
    s.student_id,
    count(*)::integer as scores,
    count(s.comment)::integer as comments
from placed as a
join score as s on s.assignment_id = a.assignment_id
group by a.place, s.student_id
