-- One row a change that awaits a push of course masters, in words.
select
    r.catalog,
    r.year,
    m.number as master_number,
    m.name as master_name,
    r.element,
    {what} as name,
    r.key,
    r.field,
    r.change,
    r.after_value as master_value,
    case when r.course_values = 1 then r.first_value end as course_value,
    r.course_values,
    {in_words} as in_words,
    r.courses,
    r.schools,
    r.master_id
from (select *, {key_of} from {p}told) as r
{words}
join course_master as m on m.master_id = r.master_id
{named}
order by
    r.catalog, r.year, m.number, r.master_id, {element_order}, r.key nulls first, r.field nulls first,
    r.change, r.after_value nulls first
