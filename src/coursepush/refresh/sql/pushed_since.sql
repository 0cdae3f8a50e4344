-- One row a row that pushes wrote since the last refresh: as it stood before the first of them.
create temp table pushed_{table} as
select h.*
from district.push.{history} as h
anti join district.push.{history} as earlier
    on {same_key} and earlier.push_id > {mark} and earlier.push_id < h.push_id
where h.push_id > {mark}
