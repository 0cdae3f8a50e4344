-- One row a candidate that is used: how much uses it, and whose sections that is in.
create temp table {p}use as
with piece as (
    select candidate_id, section_id, 1 as assignments, 0 as scores, 0 as grades, 0 as comments, null as student_id
    from {p}assignment
    union all
    select a.candidate_id, a.section_id, 0, 1, 0, case when s.comment is null then 0 else 1 end, s.student_id
    from {p}assignment as a
    join score as s on s.assignment_id = a.assignment_id
    union all
    select candidate_id, section_id, 0, 0, 1, case when has_comment then 1 else 0 end, student_id
    from {p}grade
)
select
    p.candidate_id,
    sum(p.assignments)::bigint as assignments,
    sum(p.scores)::bigint as scores,
    sum(p.grades)::bigint as posted_grades,
    sum(p.comments)::bigint as comments,
    count(distinct p.student_id) as students,
    string_agg(distinct t.name, '; ' order by t.name) as teacher,
    bool_or(list_contains($teachers::bigint[], s.teacher_id)) as is_theirs
from piece as p
join section as s on s.section_id = p.section_id
left join teacher as t on t.teacher_id = s.teacher_id
group by p.candidate_id
