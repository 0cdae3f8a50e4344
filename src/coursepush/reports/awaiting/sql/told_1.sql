-- One row a change that awaits a push of course masters, on how many courses, with the two values that most of them
-- have now. Parameter: elements (null: all).
create temp table {p}told as
with valued as (
    -- one row a change and value that courses have now
    select
        k.catalog,
        k.year,
        a.master_id,
        w.element,
        w.key,
        w.field,
        w.change,
        w.after_value,
        w.before_value,
        count(distinct w.course_id) as courses,
        list(distinct a.school_id) as schools
    from {p}written as w
    join {p}reach as a on a.course_id = w.course_id and a.is_asked
    join {p}course as k on k.course_id = w.course_id
    where w.hop = 1 and {within:elements w.element}
    group by all
), placed as (
    select
        *,
        row_number() over (
            partition by catalog, year, master_id, element, key, field, change, after_value
            order by courses desc, before_value
        ) as place
    from valued
)
select
    catalog,
    year,
    master_id,
    element,
    key,
    field,
    change,
    after_value,
    max(before_value) filter (place = 1) as first_value,
    max(before_value) filter (place = 2) as second_value,
    count(before_value) as course_values,
    sum(courses)::bigint as courses,
    len(list_distinct(flatten(list(schools)))) as schools
from placed
group by all
