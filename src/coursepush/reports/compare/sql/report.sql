-- One row a place where the plans leave something different, with names and in words.
select
    r.difference,
    {place},
    s.number as section_number,
    p.name as teacher,
    r.level,
    r.element,
    {what} as what,
    r.field,
    coalesce(r.first_verdict, u.verdict) as first_verdict,
    {first_fate} as first_fate,
    a.change as first_change,
    coalesce(r.first_reason, u.reason) as first_reason,
    coalesce(u.instead, r.apart) as first_instead,
    coalesce(r.second_verdict, v.verdict) as second_verdict,
    {second_fate} as second_fate,
    b.change as second_change,
    coalesce(r.second_reason, v.reason) as second_reason,
    coalesce(v.instead, r.apart) as second_instead,
    r.course_id,
    r.section_id,
    r.row_id
from (
    select
        *,
        case
            when difference = 'differs' and first_after is not distinct from second_after then 'other_link'
        end as apart,
        {key_of}
    from {p}place
    where difference <> 'same'
) as r
left join {p}unwritten_1 as u on u.place_no = r.place_no
left join {p}unwritten_2 as v on v.place_no = r.place_no
left join (select * from {p}side where side = 1) as a on a.place_no = r.place_no
left join (select * from {p}side where side = 2) as b on b.place_no = r.place_no
left join {p}course as k on k.course_id = r.course_id
left join section as s on s.section_id = r.section_id
left join teacher as p on p.teacher_id = s.teacher_id
{named}
order by
    k.catalog nulls last, k.year, k.school, k.calendar, k.course_number, r.course_id, s.number nulls first,
    r.section_id nulls first, {element_order}, r.key nulls first, r.field nulls first, r.row_id nulls first
