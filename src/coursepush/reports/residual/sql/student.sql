-- One row a candidate that is used: what students have that uses it, how many students that is, how many of those
-- enrolled in its section, or in its course's sections, it is not (null where enrollment was not loaded), and whether
-- its course is hidden: few students of one section have what uses one of the course's candidates, whichever were
-- asked for (MODEL.md 10).
create temp table {p}student as
with counted as (
    select candidate_id, section_id, student_id from {p}score
    union
    select candidate_id, section_id, student_id from {p}grade
), student as (
    select candidate_id, count(*) as students
    from (select distinct candidate_id, student_id from counted)
    group by candidate_id
), in_section as (
    select candidate_id, count(*) as students
    from counted
    group by candidate_id, section_id
), hidden as (
    select distinct c.course_id
    from in_section as n
    join {p}candidate as c on c.candidate_id = n.candidate_id
    where n.students < {small}
), other as (
    select c.candidate_id, count(distinct e.student_id) as students
    from {p}candidate as c
    semi join {p}use as u on u.candidate_id = c.candidate_id
    join section as s on s.course_id = c.course_id and (c.section_id is null or s.section_id = c.section_id)
    join enrollment as e on e.section_id = s.section_id
    anti join counted as n on n.candidate_id = c.candidate_id and n.student_id = e.student_id
    group by c.candidate_id
), score_total as (
    select candidate_id, sum(scores)::bigint as scores, sum(comments)::bigint as comments
    from {p}score
    group by candidate_id
), grade_total as (
    select candidate_id, sum(grades)::bigint as grades, sum(comments)::bigint as comments
    from {p}grade
    group by candidate_id
)
select
    u.candidate_id,
    coalesce(s.scores, 0) as scores,
    coalesce(g.grades, 0) as posted_grades,
    coalesce(s.comments, 0) + coalesce(g.comments, 0) as comments,
    coalesce(n.students, 0) as students,
    case when e.is_given then coalesce(o.students, 0) end as other_students,
    h.course_id is not null as is_hidden
from {p}use as u
join {p}candidate as c on c.candidate_id = u.candidate_id
left join hidden as h on h.course_id = c.course_id
left join student as n on n.candidate_id = u.candidate_id
left join other as o on o.candidate_id = u.candidate_id
left join score_total as s on s.candidate_id = u.candidate_id
left join grade_total as g on g.candidate_id = u.candidate_id
left join push.given_table as e on e.table_name = 'enrollment'
