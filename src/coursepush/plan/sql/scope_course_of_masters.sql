-- One row a course in scope of Push All Course Masters (RULES.md 1); `whole` says why it is skipped whole.
select
    c.course_id,
    c.calendar_id,
    c.master_id,
    c.is_cross_site,
    case
        when not m.is_active then 'master_inactive'
        when c.ignore_master_push then 'ignore_master_push'
    end as whole
from course as c
join course_master as m on m.master_id = c.master_id
where m.catalog_id = $catalog_id
    and list_contains($calendars::bigint[], c.calendar_id)
    and ($masters::bigint[] is null or list_contains($masters::bigint[], c.master_id))
    and ($courses::bigint[] is null or list_contains($courses::bigint[], c.course_id))
