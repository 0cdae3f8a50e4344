-- One row a level and element that has rows: how many would be linked, with equal and with other values than the
-- row above, and how many have no counterpart there.
select
    {hop} as hop,
    '{element}' as element,
    count(*) filter (where verdict = 'relink' and not differs) as equal,
    count(*) filter (where verdict = 'relink' and differs) as differing,
    count(*) filter (where verdict = 'keep' and reason is distinct from 'desynced') as unmatched
from {rows}
having count(*) > 0
