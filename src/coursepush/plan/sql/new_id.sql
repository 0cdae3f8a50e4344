-- One row a setup row that this push adds, with its id: upward from the largest in use or pointed to, in
-- order of owner and business key (model.md).
create temp table {p}new_id_{hop}_{family} as
with largest as (
    {largest}
), added as (
    {added}
)
select
    owner_id,
    upper_row_id,
    (select coalesce(max(row_id), 0) from largest)
        + row_number() over (order by owner_id, {key_order}) as row_id
from added
