-- One row a candidate that is used: how many of the students enrolled in its section, or in its course's sections,
-- have nothing that uses it. Null where enrollment was not loaded.
create temp table {p}others as
with place as (
    select c.candidate_id, s.section_id
    from {p}candidate as c
    semi join {p}use as u on u.candidate_id = c.candidate_id
    join section as s on s.course_id = c.course_id and (c.section_id is null or s.section_id = c.section_id)
), counted as (
    select distinct candidate_id, student_id
    from {p}piece
    where student_id is not null
), other as (
    select p.candidate_id, count(distinct e.student_id) as students
    from place as p
    join enrollment as e on e.section_id = p.section_id
    anti join counted as c on c.candidate_id = p.candidate_id and c.student_id = e.student_id
    group by p.candidate_id
)
select
    u.candidate_id,
    case when g.is_given then coalesce(o.students, 0) end as other_students
from {p}use as u
left join other as o on o.candidate_id = u.candidate_id
left join push.given_table as g on g.table_name = 'enrollment'
