-- One row a section that hop 2 works on; a cross-site course's are left out (RULES.md 5).
select s.section_id, s.course_id, c.calendar_id, s.is_advisory
from section as s
join {p}target_course as c on c.course_id = s.course_id
where {hop2_runs}
    and not c.is_cross_site
    and ($sections::bigint[] is null or list_contains($sections::bigint[], s.section_id))
