union all
select
    d.owner_id,
    d.course_id,
    null as row_id,
    d.upper_row_id,
    d.upper_is_new,
    null as link,
    'insert' as verdict,
    null as reason,
    null as use
from decided as d
join {p}rule as r on r.rule_no = d.rule_no and r.inserts_beside
