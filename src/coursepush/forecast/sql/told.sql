-- One row a section in which grades were looked at: the groups that it is in, the largest of these that is hidden
-- (GRADES.md 12; null: none, all may be told), and of each outcome whether any student has it there.
create temp table {p}told as
with student as (
    -- one row a section and student
    select section_id, student_id, {any_of}
    from {p}move
    group by section_id, student_id
), placed as (
    -- the same, with the groups that the section is in
    select k.school_id, s.teacher_id, m.*
    from student as m
    join section as s on s.section_id = m.section_id
    join course as c on c.course_id = s.course_id
    join calendar as k on k.calendar_id = c.calendar_id
), whole as (
    -- one row
    select count(distinct student_id) as students
    from placed
    where moves
), of_school as (
    -- one row a school
    select school_id, count(distinct student_id) as students
    from placed
    group by school_id
), of_teacher as (
    -- one row a teacher at a school
    select school_id, teacher_id, count(distinct student_id) as students
    from placed
    group by school_id, teacher_id
), of_section as (
    -- one row a section
    select school_id, teacher_id, section_id, count(*) as students, {any_of}
    from placed
    group by school_id, teacher_id, section_id
)
select
    e.school_id,
    e.teacher_id,
    e.section_id,
    case
        when w.students between 1 and {fewest} - 1 then 'push'
        when h.students < {fewest} then 'school'
        when t.students < {fewest} then 'teacher'
        when e.students < {fewest} then 'section'
    end as hidden_by,
    {outcomes}
from of_section as e
join of_school as h on h.school_id = e.school_id
join of_teacher as t on t.school_id = e.school_id and t.teacher_id is not distinct from e.teacher_id
cross join whole as w
