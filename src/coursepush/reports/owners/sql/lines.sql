-- One row a school, or a school and teacher: on how many courses and sections a plan writes, and what becomes of rows.
select
    {names},
    count(distinct case when {is_written} and r.hop = 1 then r.course_id end) as courses,
    count(distinct case when {is_written} then r.section_id end) as sections,
    {fates},
    count(*) as rows,
    {ids}
from (
{rows}
) as r
left join {p}course as k on k.course_id = r.course_id
left join section as s on s.section_id = r.section_id
left join teacher as t on t.teacher_id = s.teacher_id
where {which}
group by {keys}
order by {order}
