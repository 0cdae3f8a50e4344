-- One row a course that the push works on: in scope and not skipped whole; `terms` are those of its calendar.
select s.course_id, s.calendar_id, s.master_id, s.is_cross_site, coalesce(k.terms, []) as terms
from {p}scope_course as s
left join (
    select calendar_id, list(term_seq) as terms from term group by calendar_id
) as k on k.calendar_id = s.calendar_id
where s.whole is null
