-- one row a change of setup, in words, that moves a grade: in how many sections that are not hidden
with moved as (
    select distinct m.section_id, m.task_id, m.term_seq
    from {p}move as m
    join {p}told as t on t.section_id = m.section_id
    where m.moves
        and t.hidden_by is null
        and ($sections::bigint[] is null or list_contains($sections::bigint[], m.section_id))
)
select w.element, w.what, count(distinct m.section_id) as sections
from {p}cause as w
join moved as m on m.section_id = w.section_id and m.task_id = w.task_id and m.term_seq = w.term_seq
where not w.is_below
group by w.element, w.what
order by sections desc, w.element, w.what
