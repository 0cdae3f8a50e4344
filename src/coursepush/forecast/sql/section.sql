-- One row a section whose grades are looked at, with what a missing score counts at its school, in ten-thousandths
-- of a percent (null where what is typed counts).
create temp table {p}section as
select
    a.section_id,
    s.course_id,
    case when h.missing_counts then cast(h.missing_percent * 10000::decimal(5, 0) as bigint) end as missing_percent
from (
    {sections}
) as a
join section as s on s.section_id = a.section_id
join course as c on c.course_id = s.course_id
join calendar as k on k.calendar_id = c.calendar_id
join school as h on h.school_id = k.school_id
