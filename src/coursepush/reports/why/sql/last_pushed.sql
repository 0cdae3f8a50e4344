-- One row a level on which a push wrote the row or field asked about. Parameters: element and on_course (the data
-- type on each level), place (its field or its key to compare by).
select
    {level:l} as level,
    l.push_id,
    l.after
from {p}last_pushed as l
where l.place = $place and l.element = case l.hop when 1 then $on_course else $element end
order by l.hop
