-- One row a setup row of a section (or task of its course): what it is and says before and after, and what becomes of it.
with told as (
    -- one row a row and side, in words
    select
        r.element,
        r.section_id,
        r.row_id,
        r.side,
        r.weight,
        r.sequence,
        r.value,
        {what} as what,
        d.change as words
    from (select *, null::varchar as field, {key_of} from {p}side) as r
    left join (
        select element, after, change from (
{row_words}
        )
    ) as d
        on d.element = r.element and d.after = r.value
    {named}
), joined as (
    select
        coalesce(b.element, a.element) as element,
        coalesce(b.section_id, a.section_id) as section_id,
        coalesce(b.row_id, a.row_id) as row_id,
        case
            when b.row_id is null then 'added'
            else f.fate
        end as fate,
        b.what as what_before,
        b.weight as weight_before,
        b.words as words_before,
        a.what as what_after,
        a.weight as weight_after,
        a.words as words_after,
        coalesce(a.sequence, b.sequence) as sequence,
        b.value as before,
        a.value as after
    from (select * from told where side = 'before') as b
    full join (select * from told where side = 'after') as a
        on a.element = b.element and a.section_id = b.section_id and a.row_id = b.row_id
    left join {p}fate as f on f.element = b.element and f.section_id = b.section_id and f.row_id = b.row_id
)
select
    k.school,
    k.calendar,
    k.course_number,
    k.course_name,
    s.number as section_number,
    t.name as teacher,
    j.element,
    j.fate,
    j.what_before,
    j.weight_before,
    j.words_before,
    j.what_after,
    j.weight_after,
    j.words_after,
    j.before,
    j.after,
    k.school_id,
    s.teacher_id,
    s.course_id,
    j.section_id,
    j.row_id
from joined as j
join section as s on s.section_id = j.section_id
left join {p}course as k on k.course_id = s.course_id
left join teacher as t on t.teacher_id = s.teacher_id
order by
    {of_sections}, {element_order}, j.sequence nulls last,
    coalesce(j.what_before, j.what_after), j.row_id
