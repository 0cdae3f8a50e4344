-- One row a verdict row of {source}, with names and in words.
with worded as (
{row_words}
), clash as (
    -- the other course that has, or would have, the number that a course could not get
    select
        f.course_id,
        string_agg(o.number || ' ' || o.name, '; ' order by o.number, o.course_id) as other
    from (select distinct course_id from {source} where reason = 'duplicate_number') as f
    join course as c on c.course_id = f.course_id
    join course_master as m on m.master_id = c.master_id
    join course as o on o.calendar_id = c.calendar_id and o.course_id <> c.course_id
    left join course_master as u on u.master_id = o.master_id
    where o.number = m.number or u.number = m.number
    group by f.course_id
)
select
    coalesce(k.catalog, u.catalog) as catalog,
    k.year,
    k.school,
    k.calendar,
    coalesce(k.course_number, u.number) as course_number,
    coalesce(k.course_name, u.name) as course_name,
    s.number as section_number,
    p.name as teacher,
    r.hop,
    r.element,
    r.verdict,
    r.reason,
    r.link,
    case when r.reason = 'duplicate_number' then h.other end as other,
    {what} as what,
    r.field,
    {change} as change,
    r.before,
    r.after,
    r.course_id,
    r.section_id,
    r.row_id,
    r.key{more}
from (select *, {key_of} from {source}) as r
left join worded as w
    on w.element = r.element and w.before is not distinct from r.before and w.after is not distinct from r.after
{course_join} {p}course as k on k.course_id = r.course_id
left join (
    -- one row a course master, for rows of setup that are on no course
    select m.master_id, m.number, m.name, g.name as catalog
    from course_master as m
    join catalog as g on g.catalog_id = m.catalog_id
) as u on u.master_id = case
    when r.hop = 0 and r.course_id is null then try_cast(json_extract_string(r.key, '$.master_id') as bigint)
end
left join clash as h on h.course_id = r.course_id
left join section as s on s.section_id = r.section_id
left join teacher as p on p.teacher_id = s.teacher_id
{named}
