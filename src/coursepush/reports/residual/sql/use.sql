-- One row a candidate that is used: in whose sections, by how many assignments, how many of these are inactive, and
-- whether one of the teachers asked for has a section in which it is used. Parameter: teachers (null: all).
create temp table {p}use as
with placed as (
    select candidate_id, section_id, count(*) as assignments, count(*) filter (where not is_active) as inactive
    from {p}assignment
    group by candidate_id, section_id
    union all
    select candidate_id, section_id, 0 as assignments, 0 as inactive
    from {p}grade
    group by candidate_id, section_id
)
select
    p.candidate_id,
    sum(p.assignments)::bigint as assignments,
    sum(p.inactive)::bigint as inactive_assignments,
    string_agg(distinct t.name, '; ' order by t.name) as teacher,
    $teachers::bigint[] is null or coalesce(bool_or(list_contains($teachers::bigint[], s.teacher_id)), false) as is_taught
from placed as p
join section as s on s.section_id = p.section_id
left join teacher as t on t.teacher_id = s.teacher_id
group by p.candidate_id
