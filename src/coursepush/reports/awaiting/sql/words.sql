-- One row a value of a field, or of a whole row with field '', that the report names, and the value in words.
create temp table {p}words as
with named as (
    select element, coalesce(field, '') as field, unnest([first_value, second_value, after_value]) as value
    from {p}told
), different as (
    select distinct element, field, value
    from named
    where value is not null
), whole as (
    select element, null::varchar as before, value as after from different where field = ''
), worded as (
{row_words}
)
select
    r.element,
    r.field,
    r.value,
    case when r.field = '' then w.change else {value_words} end as words
from different as r
left join worded as w on w.element = r.element and w.after = r.value
left join ({kinds}) as f on f.field = r.field
cross join ({bank}) as n
