-- One row a course or section in question: what owns setup, and whose setup it would come from.
create temp table {p}owner as
select
    'course' as level,
    c.course_id as owner_id,
    c.course_id,
    null::bigint as section_id,
    c.master_id as upper_owner_id
from {p}course as c
union all
select
    'section' as level,
    s.section_id as owner_id,
    s.course_id,
    s.section_id,
    s.course_id as upper_owner_id
from section as s
semi join {p}course as c on c.course_id = s.course_id
