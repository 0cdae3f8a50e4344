-- One row a section in question: of a course in question. Parameters: sections, teachers (null: all).
create temp table {p}section as
select
    s.section_id,
    s.course_id,
    s.number as section_number,
    t.name as teacher,
    s.teacher_id,
    c.is_cross_site
from section as s
join {p}course as k on k.course_id = s.course_id
join course as c on c.course_id = s.course_id
left join teacher as t on t.teacher_id = s.teacher_id
where ($sections::bigint[] is null or s.section_id in (select unnest($sections::bigint[])))
    and ($teachers::bigint[] is null or s.teacher_id in (select unnest($teachers::bigint[])))
