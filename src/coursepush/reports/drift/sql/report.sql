-- One row a change that others made: as our last push left it, as it was before, as it stands now, and as the level
-- above has it. A section's advisory flag takes the course's, null counting as false (RULES.md 5.2).
with found as (
    select
        k.catalog,
        k.year,
        k.school,
        k.calendar,
        k.course_number,
        k.course_name,
        s.number as section_number,
        t.name as teacher,
        {level:e} as level,
        e.element,
        e.key,
        e.field,
        e.refresh_id,
        e.made_at as "when",
        e.change,
        l.after as last_pushed,
        l.push_id,
        e.before,
        coalesce(n.now, case when e.field is not null then 'null' end) as now,
        case
            when e.element = 'advisory' then coalesce(nullif(a.now, 'null'), 'false')
            when e.hop = 2 then a.now
            else coalesce(m.now, case when e.field is not null and k.master_id is not null then 'null' end)
        end as wanted,
        e.course_id,
        e.section_id
    from {p}event as e
    join {p}course as k on k.course_id = e.course_id
    left join section as s on s.section_id = e.section_id
    left join teacher as t on t.teacher_id = s.teacher_id
    left join {p}last_pushed as l
        on l.hop = e.hop and l.element = e.element and l.owner_id = e.owner_id
        and l.place = coalesce(e.old_place, e.place)
    left join {p}standing as n
        on n.hop = e.hop and n.element = e.element and n.owner_id = e.owner_id and n.place = e.place
    left join {p}standing as a
        on a.hop = 1 and a.owner_id = case e.hop when 2 then e.course_id end and a.place = coalesce(e.old_place, e.place)
        and a.element = case e.element when 'advisory' then 'course_info' else e.element end
    left join {p}above as m
        on m.master_id = case e.hop when 1 then k.master_id end and m.element = e.element
        and m.place = coalesce(e.old_place, e.place)
), stands as (
    select *, now as after from found
), worded as (
{row_words}
)
select
    r.* exclude key_of,
    {what} as name,
    {change} as in_words
from (select *, {key_of} from stands) as r
left join worded as w
    on w.element = r.element and w.before is not distinct from r.before and w.after is not distinct from r.after
{named}
order by
    r.catalog nulls last, r.year, r.school, r.calendar, r.course_number, r.course_id,
    r.section_number nulls first, r.section_id nulls first, {element_order},
    r.key nulls first, r.field nulls first, r.refresh_id
