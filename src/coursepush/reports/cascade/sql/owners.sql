-- One row a school (null above courses), level and state: how many catalogs, masters, courses or sections are in it,
-- and to how many of these a push would write.
select k.school, s.level, s.state, count(*) as owners, count(*) filter (s.is_awaited) as awaiting
from {p}state as s
left join {p}course as k on k.course_id = s.course_id
group by all
