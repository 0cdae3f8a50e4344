-- One verdict a row that the push wrote, `same` included: it is back already.
create temp table {p}verdict_{hop}_{element} as
select
    owner_id,
    course_id,
    case when is_there then row_id end as row_id,
    null::bigint as upper_row_id,
    false as upper_is_new,
    null::varchar as link,
    verdict,
    reason,
    null::varchar as use
from {p}judged_{hop}_{element}
where verdict = 'same'
union all
select owner_id, course_id, row_id, upper_row_id, upper_is_new, link, verdict, reason, use
from {p}change_{hop}_{element}
