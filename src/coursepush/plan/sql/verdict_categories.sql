-- One verdict a pair of categories; one whose name was taken is renamed and keeps its reason (rules.md 3).
create temp table {p}verdict_{hop}_categories as
select
    v.owner_id,
    v.course_id,
    v.row_id,
    v.upper_row_id,
    v.upper_is_new,
    v.link,
    case when n.row_id is not null then 'rename' else v.verdict end as verdict,
    v.reason,
    v.use,
    n.new_name
from {p}judged_{hop}_categories as v
left join {p}new_name_{hop} as n on n.row_id = v.row_id
