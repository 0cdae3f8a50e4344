-- one row a field that the plan would write and that does not stand as it did when it was made
select v.course_id
from (select * from {verdicts} where verdict in ({writing})) as v
left join (
    {fields}
) as s on s.course_id = v.course_id and s.field = v.field
where s.now is distinct from v.before_value
union all
select v.section_id
from (select * from {flags} where verdict in ({writing})) as v
left join section as s on s.section_id = v.section_id
where s.is_advisory is distinct from v.before_value
