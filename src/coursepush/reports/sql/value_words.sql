-- One row a different value of a field, or of a whole row with field empty, that was asked for, and the value in words.
create temp table {p}words as
with told as (
    select distinct element, coalesce(field, '') as field, value
    from (
{rows}
    )
    where value is not null
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
