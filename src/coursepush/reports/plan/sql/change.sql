-- One row a school, calendar, data type and fate of what is written.
select w.school, w.calendar, w.element, w.fate, count(*) as rows, any_value(s.place) as place
from {p}row as w
join {p}place as s on s.school = w.school and s.calendar is not distinct from w.calendar
where w.is_written
group by w.school, w.calendar, w.element, w.fate
order by place, {element_place}, w.fate
