-- one row a change of setup, in words, that moves a grade
with moved as (
    select distinct section_id, task_id, term_seq, student_id
    from {p}move
    where moves
)
select w.element, w.what, count(distinct m.section_id) as sections, count(distinct m.student_id) as students
from {p}cause as w
join moved as m on m.section_id = w.section_id and m.task_id = w.task_id and m.term_seq = w.term_seq
where not w.is_below
group by w.element, w.what
order by students desc, sections desc, w.element, w.what
