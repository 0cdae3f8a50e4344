-- One row a place that is listed and plan that writes there: the change in words.
create temp table {p}side as
with change as (
    select place_no, 1 as side, element, field, first_before as before, first_after as after
    from {p}place
    where difference <> 'same' and first_verdict is not null
    union all
    select place_no, 2, element, field, second_before, second_after
    from {p}place
    where difference <> 'same' and second_verdict is not null
), worded as (
{row_words}
)
select r.place_no, r.side, {change} as change
from change as r
left join worded as w
    on w.element = r.element and w.before is not distinct from r.before and w.after is not distinct from r.after
