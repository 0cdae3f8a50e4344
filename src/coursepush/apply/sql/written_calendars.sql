-- One row a calendar in session, an open term, or a calendar of no future year, among those that a plan writes to.
-- What has no dates may be open. A term without dates has its calendar's. Parameters: today, year, the school year's.
with written_calendar as (
    select k.calendar_id, k.name, k.end_year, k.start_date, k.end_date
    from calendar as k
    semi join (
        select c.calendar_id
        from course as c
        semi join {written} as w on w.course_id = c.course_id
    ) as w on w.calendar_id = k.calendar_id
), span as (
    select 'in_session' as what, name, start_date, end_date
    from written_calendar
    union all
    select
        'open_term',
        k.name || coalesce(', ' || coalesce(t.name, 'term ' || t.term_seq), ''),
        coalesce(t.start_date, k.start_date),
        coalesce(t.end_date, k.end_date)
    from written_calendar as k
    left join term as t on t.calendar_id = k.calendar_id
)
select what, name
from span
where not coalesce($today < start_date, false)
    and not coalesce($today > end_date, false)
union all
select 'not_future', name
from written_calendar
where not case when start_date is null then end_year > $year else start_date > $today end
order by what, name
