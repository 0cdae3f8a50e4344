-- One row a verdict of a plan on the setup rows of the course or section asked about, with what it changes in words.
with r as (
    {selects}
)
select
    r.hop,
    r.row_id,
    r.upper_row_id,
    r.upper_is_new,
    r.link,
    r.verdict,
    r.reason,
    r.use,
    r.wanted_key_id,
    r.after_key_id,
    {change} as change
from r
cross join ({bank}) as n
order by r.hop, r.row_id nulls last, r.upper_row_id
