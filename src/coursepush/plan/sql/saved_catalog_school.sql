-- One row a school and year of a calendar that a saved plan speaks of.
select distinct k.school_id, k.end_year
from calendar as k
join saved_name_calendar as n on n.calendar_id = k.calendar_id
