-- One row a setup row of a section, or a task of its course, on one side of the plan ({side}).
select
    '{element}' as element,
    s.section_id,
    r.row_id,
    '{side}' as side,
    {weight} as weight,
    {sequence} as sequence,
    {key} as key,
    {value} as value
from (
{rows}
) as r
join {p}shown as s on s.{owner} = r.owner_id
{which}
