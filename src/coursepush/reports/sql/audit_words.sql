-- One row a value of a field, or of a whole row with field '', on either side of a difference, and the value in words.
create temp table {p}words as
select
    r.element,
    r.field,
    r.value,
    case when r.field = '' then {row_words} else {value_words} end as words
from (
    select element, coalesce(field, '') as field, master_value as value from {p}numbered where master_value is not null
    union
    select element, coalesce(field, '') as field, course_value as value from {p}numbered where course_value is not null
) as r
cross join (
    {bank}
) as n
