-- One row a course or section: how many rows and fields the push wrote there that are gone, with it or from it.
with gone as (
    {rows}
    union all
    select 2, h.section_id, false
    from push.history_section as h
    anti join section as s on s.section_id = h.section_id
    where h.push_id = {push_id}
    union all
    select 1, h.course_id, false
    from push.history_custom_field as h
    anti join course as c on c.course_id = h.course_id
    where h.push_id = {push_id}
    union all
    select 1, h.course_id, false
    from (
        select course_id, unnest(range({fields})) as field from push.history_course as h where h.push_id = {push_id}
    ) as h
    anti join course as c on c.course_id = h.course_id
)
select hop, owner_id, owner_is_there, count(*) as number
from gone
group by hop, owner_id, owner_is_there
order by hop, owner_id, owner_is_there
