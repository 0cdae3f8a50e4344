-- One row a pool and assignment that counts in it (GRADES.md 2, 4): points possible in thousandths, the multiplier in
-- ten-thousandths.
create temp table {p}counting as
select distinct -- once, in however many terms it is aligned
    p.pool_id,
    p.use_percent,
    p.drop_lowest,
    p.last_n,
    p.last_of,
    a.assignment_id,
    a.due_date,
    cast(a.points * 1000::decimal(4, 0) as bigint) as possible,
    cast(a.multiplier * 10000::decimal(5, 0) as bigint) as multiplier,
    s.missing_percent
from {p}pool as p
join assignment as a on a.category_row_id = p.category_row_id and a.section_id = p.section_id
join {p}section as s on s.section_id = p.section_id
join assignment_task as t
    on t.assignment_id = a.assignment_id
    and t.task_id = p.task_id
    and t.term_seq >= p.from_term_seq
    and t.term_seq <= p.term_seq
where a.is_active
    and a.points >= 0
    and not (p.use_percent and a.points = 0)
