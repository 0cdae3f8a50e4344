-- One row a verdict of a plan on the setup rows of one course or section. Parameters: owner_<hop>.
select
    {hop} as hop,
    v.row_id,
    v.upper_row_id,
    coalesce(v.upper_is_new, false) as upper_is_new,
    v.link,
    v.verdict,
    v.reason,
    v.use,
    v.rule_no,
    {wanted} as wanted_key_id,
    {after_key} as after_key_id,
    '{element}' as element,
    null::varchar as field,
    {before} as before,
    {after} as after
from {verdicts} as v
where v.owner_id = $owner_{hop}
union all
-- what is linked and equal
select
    {hop},
    s.row_id,
    s.upper_row_id,
    false,
    'linked',
    'same',
    null,
    null,
    null,
    null,
    null,
    '{element}',
    null,
    null,
    null
from {same} as s
where s.element = '{element}' and s.owner_id = $owner_{hop}
