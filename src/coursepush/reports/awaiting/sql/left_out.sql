-- One row a reason for which a push leaves rows, fields or whole courses as they are, most first; and one, without a
-- reason, a part of them, so that no course counts twice: 'whole' (owners skipped whole), 'rows' (all the others),
-- 'desynced' and 'other' (which these are made of). Parameter: elements (null: all).
with named as (
    select r.reason, r.owner_id, r.course_id, r.rows
    from {p}judged as r
    join {p}course as k on k.course_id = r.course_id
    left join {p}reach as a on a.course_id = r.course_id
    left join {p}section as s on s.section_id = r.owner_id
    where {asked}
        and {could_not}
        and (r.element = '*' or {within:elements r.element})
    {cross_site}
), parted as (
    select
        *,
        case
            when reason in ({whole}) then 'whole'
            when reason = 'desynced' then 'desynced'
            else 'other'
        end as part,
        case when reason not in ({whole}) then 'rows' end as all_rows
    from named
)
select
    reason,
    coalesce(part, all_rows) as part,
    sum(rows)::bigint as rows,
    count(distinct course_id) as courses,
    count(distinct owner_id) as owners
from parted
group by grouping sets ((reason), (part), (all_rows))
having reason is not null or part is not null or all_rows is not null
order by rows desc, reason, part
