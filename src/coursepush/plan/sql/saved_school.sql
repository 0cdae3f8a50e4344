-- One row a school of such a calendar, or of the same name as one: reports tell schools of one name apart.
with named as (
    select distinct h.school_id, h.name
    from school as h
    join calendar as k on k.school_id = h.school_id
    join saved_name_calendar as n on n.calendar_id = k.calendar_id
)
select school_id from named
union
select h.school_id
from school as h
join named as n on n.name = h.name
