-- One row a row of setup that stays on a course although its course master has none like it, since it is used.
select
    r.*,
    n.element,
    n.row_id,
    n.link
from {p}reached as r
join {p}numbered as n on n.course_id = r.course_id
where n.difference = 'extra' and n.use = 'used' and n.is_governed and not r.ignore_master_push
