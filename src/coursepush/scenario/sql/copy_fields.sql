-- One row a course master that is copied onto and district-defined field that it gets.
select s.level, t.owner_id, s.field, s.value
from {fields} as s
cross join (select unnest($targets::bigint[]) as owner_id) as t
left join {fields} as o on o.level = 'master' and o.owner_id = t.owner_id and o.field = s.field
where s.level = 'master'
    and s.owner_id = $source
    and s.value is not null
    and o.value is distinct from s.value
order by t.owner_id, s.field
