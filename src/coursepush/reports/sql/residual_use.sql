-- One row a candidate that is used: how much uses it, and whose sections that is in.
create temp table {p}use as
select
    p.candidate_id,
    sum(p.assignments)::bigint as assignments,
    sum(p.scores)::bigint as scores,
    sum(p.grades)::bigint as posted_grades,
    sum(p.comments)::bigint as comments,
    count(distinct p.student_id) as students,
    string_agg(distinct t.name, '; ' order by t.name) as teacher,
    bool_or(list_contains($teachers::bigint[], s.teacher_id)) as is_theirs
from {p}piece as p
join section as s on s.section_id = p.section_id
left join teacher as t on t.teacher_id = s.teacher_id
group by p.candidate_id
