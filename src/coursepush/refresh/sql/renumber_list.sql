-- One row a list that names what has other ids in the district: it names them by those, in order.
update {staged} as n
set {column} = r.ids
from (
    select listed.source_line, list_sort(list(coalesce(r.new_id, listed.id))) as ids
    from (select source_line, unnest({column}) as id from {staged}) as listed
    left join renumber_{target} as r on r.old_id = listed.id
    group by listed.source_line
) as r
where r.source_line = n.source_line
