-- One row a change that awaits a push to a section, in words.
select
    {place},
    s.section_number,
    s.teacher,
    r.element,
    {what} as name,
    r.key,
    r.field,
    r.change,
    r.after_value as course_value,
    r.first_value as section_value,
    {in_words} as in_words,
    r.course_id,
    r.section_id,
    r.row_id
from (select *, {key_of} from {p}told) as r
{words}
join {p}course as k on k.course_id = r.course_id
join {p}section as s on s.section_id = r.section_id
{named}
order by
    {in_order}, s.section_number nulls first,
    s.section_id, {element_order}, r.key nulls first, r.field nulls first, r.row_id nulls first, r.change
