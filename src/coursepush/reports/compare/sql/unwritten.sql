-- One row a place that the other plan writes and this one ({side}) does not, where this one has anything to say of it:
-- its verdict and reason, or what it does `instead` of adding the row.
create temp table {p}unwritten_{side} as
with verdict as (
{verdicts}
), lacking as (
    select * from {p}place where difference = '{only_the_other}'
), wanted as (
    -- one row an added row of the other plan, with the row above by the id that it has in this one
    select
        l.place_no,
        l.hop,
        l.element,
        l.owner_id,
        l.upper_new_of is not null as upper_is_new,
        case when l.upper_new_of is null then l.upper_row_id else n.row_id end as upper_row_id
    from lacking as l
    left join {new_ids} as n
        on n.family = l.family and n.owner_id = l.course_id and n.upper_row_id = l.upper_new_of
    where l.row_id is null and l.field is null
), said as (
    select l.place_no, v.verdict, v.reason, 1 as turn
    from verdict as v
    join lacking as l on l.hop = v.hop and l.element = v.element and l.row_id = v.row_id
    union all
    select l.place_no, v.verdict, v.reason, 1 as turn
    from verdict as v
    join lacking as l on l.hop = v.hop and l.element = v.element and l.owner_id = v.owner_id and l.field = v.field
    union all
    select w.place_no, v.verdict, v.reason, case when v.verdict in ({writing}, 'same') then 3 else 1 end as turn
    from verdict as v
    join wanted as w
        on w.hop = v.hop
        and w.element = v.element
        and w.owner_id = v.owner_id
        and w.upper_row_id = v.upper_row_id
        and w.upper_is_new = v.upper_is_new
    union all
    -- what is skipped whole on a course reaches none of its sections
    select l.place_no, 'skip', v.reason, 2 as turn
    from {whole} as v
    join lacking as l on l.course_id = v.course_id
    where v.element in ('*', case l.element when 'advisory' then 'course_info' else l.element end)
        and (v.hop = l.hop or (v.hop < l.hop and {to_sections}))
), numbered as (
    select
        *,
        row_number() over (partition by place_no order by turn, verdict = 'insert' desc, verdict, reason) as place
    from said
)
select
    place_no,
    case when turn < 3 then verdict end as verdict,
    case when turn < 3 then reason end as reason,
    case when turn = 3 then case verdict when 'insert' then 'other_key' else 'row_there' end end as instead
from numbered
where place = 1
