-- One row a school, level and state: how many rows and fields of courses or sections are in it themselves. What is
-- kept, or skipped because it was not asked for, is in none. Parameter: elements (null: all).
with told as (
    select
        k.school,
        s.level,
        case
            when j.is_broken then 'desynced'
            when j.reason = 'residual' then 'residual'
            when j.verdict in ({writing}) then 'pending'
            when {differs} then 'differs'
            when j.verdict = 'same' then 'in_sync'
        end as state,
        j.rows
    from {p}judged as j
    join {p}state as s
        on s.owner_id = j.owner_id and s.level = {level:j}
    join {p}course as k on k.course_id = s.course_id
    where {within:elements j.element}
)
select school, level, state, sum(rows)::bigint as rows
from told
where state is not null
group by all
