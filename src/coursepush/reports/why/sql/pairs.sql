-- One row a verdict of a plan on the setup rows of the course or section asked about, with what it changes in words.
with r as (
    {selects}
), worded as (
{row_words}
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
    r.rule_no,
    r.wanted_key_id,
    r.after_key_id,
    {change} as change
from r
left join worded as w
    on w.element = r.element and w.before is not distinct from r.before and w.after is not distinct from r.after
order by r.hop, r.row_id nulls last, r.upper_row_id
