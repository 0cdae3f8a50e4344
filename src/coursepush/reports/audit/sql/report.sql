-- One row a difference between a course and its course master, and one a course without any.
select
    {place},
    c.master_number,
    s.status,
    c.ignore_master_push,
    r.element,
    a.name,
    r.key,
    r.field,
    r.difference,
    case
        when r.link = 'broken' then 'desynced'
        when r.link = 'local' or (r.link = 'orphan' and r.difference = 'extra' and r.use <> 'unused')
            then 'course managed'
        when r.link is not null then 'linked'
    end as state,
    r.link,
    r.use,
    r.is_locked,
    coalesce(r.sets_status, false) as sets_status,
    r.master_value,
    r.course_value,
    mw.words as master_words,
    cw.words as course_words,
    case
        when r.difference is null then case when c.ignore_master_push then 'ignore_master_push' end
        when r.difference = 'rename' then 'renamed'
        when r.broken is not null then r.broken
        when r.link = 'local' then case r.difference when 'extra' then 'local_extra' else 'local_paired' end
        when r.link = 'orphan' and r.difference <> 'extra' then 'orphan_paired'
        when r.link = 'orphan' then 'orphan_' || r.use
        when not r.is_governed then 'not_locked'
        when not c.is_reached then 'not_reached'
        when not c.master_is_active then 'master_inactive'
        when c.ignore_master_push then 'ignore_master_push'
        when w.course_id is not null then 'duplicate_number'
        when r.reason in ('missing_dependency', 'no_such_term') then r.reason
        when r.is_post_only then 'post_only'
        when r.difference = 'missing' then 'missing'
        else 'differs'
    end as because,
    case
        when r.difference is not null and not r.is_governed then 'not_locked'
        when not c.is_reached then 'not_reached'
        when not c.master_is_active then 'master_inactive'
        when c.ignore_master_push then 'ignore_master_push'
        when w.course_id is not null then 'duplicate_number'
        when r.difference <> 'rename' and r.verdict in ('same', 'keep', 'skip', 'fail', 'rename')
            then coalesce(r.reason, 'course_managed')
        when r.verdict = 'delete' and r.use = 'unknown' then 'use_unknown'
        when c.is_summer then 'summer'
    end as hindrance,
    case when r.field is null or r.key is null then l.after else (l.after -> ('$.' || r.field))::varchar end
        as last_pushed,
    l.push_id,
    e.drifted_since,
    k.course_id,
    c.master_id,
    r.row_id,
    c.is_summer
from {p}target_course as c
join {p}course as k on k.course_id = c.course_id
join {p}status as s on s.course_id = c.course_id
left join {p}numbered as r on r.course_id = c.course_id
left join {p}last_pushed as l
    on l.hop = 1 and l.element = r.element and l.owner_id = r.course_id and l.place = r.place
left join {p}drifted as e on e.difference_no = r.difference_no
left join {duplicates} as w
    on w.course_id = case when r.element = 'course_info' and r.field = 'number' then r.course_id end
left join {p}named as a on a.element = r.element and a.what = coalesce(r.key, r.field)
left join {p}words as mw
    on mw.element = r.element and mw.field = coalesce(r.field, '') and mw.value = r.master_value
left join {p}words as cw
    on cw.element = r.element and cw.field = coalesce(r.field, '') and cw.value = r.course_value
where {asked}
order by
    {in_order}, {element_order},
    r.key nulls first, r.row_id nulls first, r.field nulls first, r.difference
