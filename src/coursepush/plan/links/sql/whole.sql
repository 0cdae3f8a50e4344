-- One verdict a course of an inactive course master: it is skipped whole (RULES.md 1).
select 1 as hop, '*' as element, whole as reason, course_id
from {p}scope_course
where whole = 'master_inactive'
