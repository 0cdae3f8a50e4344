-- One row a school, calendar, data type and verdict that writes.
select w.school, w.calendar, w.element, w.verdict, count(*) as rows, any_value(s.place) as place
from {p}row as w
join {p}place as s on s.school = w.school and s.calendar is not distinct from w.calendar
where w.is_written
group by w.school, w.calendar, w.element, w.verdict
order by place, {element_place}, w.verdict
