update course as c
set {sets}
from push.history_course as h
where h.push_id = $push_id and h.course_id = c.course_id
