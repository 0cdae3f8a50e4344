-- One row a reason for which a push leaves rows, fields or whole courses as they are, most first.
-- Parameter: elements (null: all).
with named as (
    select r.reason, r.owner_id, r.course_id, r.rows
    from {p}judged as r
    join {p}course as k on k.course_id = r.course_id
    left join {p}reach as a on a.course_id = r.course_id
    left join {p}section as s on s.section_id = r.owner_id
    where {asked}
        and {could_not}
        and (
            $elements::varchar[] is null
            or r.element = '*'
            or list_contains($elements::varchar[], r.element)
        )
    {cross_site}
)
select
    reason,
    sum(rows)::bigint as rows,
    count(distinct course_id) as courses,
    count(distinct owner_id) as owners
from named
group by reason
order by rows desc, reason
