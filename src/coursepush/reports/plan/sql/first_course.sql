-- One row a course that the first so many rows of a fate stand on. Parameter: most.
with counted as (
    select w.course_id, {rank} as rank, any_value(s.place) as place, count(*) as rows
    from {p}row as w
    join {p}place as s on s.school = w.school and s.calendar is not distinct from w.calendar
    where {condition}
    group by w.course_id, rank
), placed as (
    select
        c.course_id,
        sum(c.rows) over (
            order by c.rank, c.place, k.course_number, c.course_id
            rows between unbounded preceding and 1 preceding
        ) as rows_before
    from counted as c
    left join {p}course as k on k.course_id = c.course_id
)
select distinct course_id
from placed
where coalesce(rows_before, 0) < $most
    and course_id is not null
order by course_id
