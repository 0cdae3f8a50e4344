-- A section takes the course's advisory flag as it now is, null counting as false.
update section as s
set is_advisory = coalesce(c.is_advisory, false)
from push.target_section as t
join course as c on c.course_id = t.course_id
where s.section_id = t.section_id
    and coalesce(s.is_advisory, false) <> coalesce(c.is_advisory, false)
    and exists (select from push.locked where lock = 'course_info.is_advisory');
