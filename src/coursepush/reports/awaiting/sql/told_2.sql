-- One row a change that awaits a push to a section. Parameter: elements (null: all).
create temp table {p}told as
select *, before_value as first_value, null::varchar as second_value, 1 as course_values
from {p}written
where hop = 2 and {within:elements element}
