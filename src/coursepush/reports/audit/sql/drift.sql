-- One row a difference of setup or a field, and the last day on which a refresh found that others had changed it, if
-- no push of ours has written it since. A value of a row counts as changed where it, or the row, came or went.
select
    d.difference_no,
    cast(max(f.made_at) as date) as drifted_since
from {p}numbered as d
join push.drift as e
    on e.hop = 1 and e.element = d.element and e.course_id = d.course_id
    and (
        d.place = {place_of:e}
        or (e.change = 'renamed' and d.place = {named:e.before})
    )
join push.refresh as f on f.refresh_id = e.refresh_id
left join {p}last_pushed as l
    on l.hop = 1 and l.element = d.element and l.owner_id = d.course_id and l.place = d.place
where f.last_push_id >= coalesce(l.push_id, 0)
    and case
        when d.field is null or d.key is null then d.difference = 'link' or e.before is distinct from e.now
        else (e.before -> ('$.' || d.field)) is distinct from (e.now -> ('$.' || d.field))
    end
group by d.difference_no
