-- One row a row or field, as it stands, on the course master, the course and the section asked about.
create temp table {p}standing as
select
    0 as place,
    'master' as level,
    s.element,
    s.row_id,
    null::bigint as parent_row_id,
    s.key,
    s.key_id,
    s.field,
    s.now,
    null::varchar as link
from (
{masters}
) as s
where {is_asked}
union all
select
    s.hop as place,
    {level:s} as level,
    s.element,
    s.row_id,
    {parent} as parent_row_id,
    s.key,
    s.key_id,
    s.field,
    s.now,
    s.link
from (
{below}
) as s{joins}
where {is_asked}
