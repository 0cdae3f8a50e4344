-- One row a place that one of the plans writes, or both. Parameters: level, elements, teachers, sections (null: all).
create temp table {p}place as
with paired as (
    select
        coalesce(a.hop, b.hop) as hop,
        coalesce(a.element, b.element) as element,
        coalesce(a.course_id, b.course_id) as course_id,
        coalesce(a.section_id, b.section_id) as section_id,
        coalesce(a.owner_id, b.owner_id) as owner_id,
        coalesce(a.row_id, b.row_id) as row_id,
        coalesce(a.key, b.key) as key,
        coalesce(a.field, b.field) as field,
        coalesce(a.family, b.family) as family,
        coalesce(a.upper_row_id, b.upper_row_id) as upper_row_id,
        coalesce(a.upper_new_of, b.upper_new_of) as upper_new_of,
        case
            when b.place is null then 'only_first'
            when a.place is null then 'only_second'
            when a.after is distinct from b.after or a.hangs_on is distinct from b.hangs_on then 'differs'
            else 'same'
        end as difference,
        a.verdict as first_verdict,
        a.reason as first_reason,
        a.before as first_before,
        a.after as first_after,
        b.verdict as second_verdict,
        b.reason as second_reason,
        b.before as second_before,
        b.after as second_after
    from {p}write_1 as a
    full join {p}write_2 as b
        on b.hop = a.hop and b.element = a.element and b.owner_id = a.owner_id and b.place = a.place
)
select
    row_number() over () as place_no,
    {level:r} as level,
    r.*
from paired as r
{course_join} {p}course as k on k.course_id = r.course_id
left join section as s on s.section_id = r.section_id
where {rows_asked}
