-- One row a row of setup that the source cannot give, as it stands: under its own id, unless the extract has given that
-- to another row.
insert into {staged} (source_line, {columns})
with free as (
    select greatest(
        (select coalesce(max(row_id), 0) from district.main.{table}),
        (select coalesce(max(row_id), 0) from {staged}){pointing}
    ) as id
), part as (
    select d.*, n.row_id is not null as is_taken
    from district.main.{table} as d
    {part}
    left join {staged} as n on n.row_id = d.row_id
    anti join {staged} as same on {same_identity}
    {not_given_before}
)
select
    {before} + row_number() over (order by d.row_id),
    {values}
from part as d
{joins}
