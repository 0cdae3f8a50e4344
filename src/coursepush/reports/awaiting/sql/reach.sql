-- One row a course that a locked push of course masters has in scope (RULES.md 1): of a master of the catalog that its
-- school has in its year, summer calendars only where calendars are named. `whole` says why it is skipped whole. Courses
-- not asked for are there where the push goes for their numbers, which may be those that another course is to get.
-- Parameter: calendars (null: all but the summer's).
create temp table {p}reach as
with possible as (
    select
        c.course_id,
        c.calendar_id,
        c.master_id,
        c.is_cross_site,
        m.catalog_id,
        k.school_id,
        case
            when not m.is_active then 'master_inactive'
            when c.ignore_master_push then 'ignore_master_push'
        end as whole,
        a.course_id is not null as is_asked
    from course as c
    join course_master as m on m.master_id = c.master_id
    join calendar as k on k.calendar_id = c.calendar_id
    join catalog_school as y
        on y.school_id = k.school_id and y.end_year = k.end_year and y.catalog_id = m.catalog_id
    left join {p}course as a on a.course_id = c.course_id
    where case
        when $calendars::bigint[] is null then not k.is_summer
        else list_contains($calendars::bigint[], k.calendar_id)
    end
)
select *
from possible
where is_asked
    or (
        catalog_id in (select catalog_id from catalog_lock where lock = 'course_info.number')
        and calendar_id in (select calendar_id from possible where is_asked)
    )
