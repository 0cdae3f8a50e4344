-- One row a row or field that a plan writes. `place` tells it apart on its owner: the id of a row that is there, the
-- key of one that is added, the field. `key` is as it stands, `hangs_on` its link after the push; a row above
-- that the push itself adds to the course is told by the course master's row it comes from. `upper_row_id` and
-- `upper_new_of` are the row that is pushed, there already or added.
create temp table {p}write_{side} as
select
    *,
    case
        when row_id is not null then 'row ' || row_id
        when field is not null then field
        when element = 'categories' then lower(key)
        else key
    end as place
from (
{writes}
)
