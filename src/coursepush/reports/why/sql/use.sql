-- One row: how much uses the row asked about, and how many of those enrolled it is not of. Parameters: course_id,
-- section_id (null: every section of the course).
with scored as (
    select s.student_id, s.comment
    from {p}assignment as a
    join score as s on s.assignment_id = a.assignment_id
), student as (
    select student_id from scored
    union
    select student_id from {p}grade
), enrolled as (
    select distinct e.student_id
    from enrollment as e
    join section as s on s.section_id = e.section_id
    where s.course_id = $course_id and ($section_id::bigint is null or s.section_id = $section_id)
)
select
    (select count(distinct assignment_id) from {p}assignment) as assignments,
    (select count(distinct assignment_id) from {p}assignment where not is_active) as inactive_assignments,
    (select count(*) from scored) as scores,
    (select coalesce(sum(grades), 0) from {p}grade) as posted_grades,
    (select count(comment) from scored) + (select coalesce(sum(comments), 0) from {p}grade) as comments,
    (select count(*) from student) as students,
    (select count(*) from enrolled as e anti join student as t on t.student_id = e.student_id) as other_students
