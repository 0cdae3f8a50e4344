-- One row a value of a field, or of a whole row with field '', on either side of a difference, and the value in words.
with told as (
    select element, coalesce(field, '') as field, master_value as value from {p}numbered where master_value is not null
    union
    select element, coalesce(field, '') as field, course_value as value from {p}numbered where course_value is not null
), whole as (
    select element, null::varchar as before, value as after from told where field = ''
), worded as (
{row_words}
)
select
    r.element,
    r.field,
    r.value,
    case when r.field = '' then w.change else {value_words} end as words
from told as r
left join worded as w on w.element = r.element and w.after = r.value
left join ({kinds}) as f on f.field = r.field
cross join ({bank}) as n
