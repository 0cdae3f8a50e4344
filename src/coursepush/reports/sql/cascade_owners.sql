-- One row a school (null above courses), level and state: how many catalogs, masters, courses or sections are in it.
select k.school, s.level, s.state, count(*) as owners
from {p}state as s
left join {p}course as k on k.course_id = s.course_id
group by all
