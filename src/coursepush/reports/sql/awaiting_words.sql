-- One row a value of a field, or of a whole row with field '', that the report names, and the value in words.
create temp table {p}words as
with named as (
    select element, coalesce(field, '') as field, unnest([first_value, second_value, after_value]) as value
    from {p}told
)
select
    r.element,
    r.field,
    r.value,
    case when r.field = '' then {row_words} else {value_words} end as words
from (select distinct element, field, value from named where value is not null) as r
cross join (
    {bank}
) as n
