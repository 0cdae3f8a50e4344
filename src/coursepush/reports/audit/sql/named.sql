-- One row a setup row's key or field that a difference is about, and what it is called.
with told as (
    select distinct element, key, case when key is null then field end as field
    from {p}numbered
)
select
    r.element,
    coalesce(r.key, r.field) as what,
    {what} as name
from (select *, {key_of} from told) as r
{named}
