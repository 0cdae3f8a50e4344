-- One row a section, task and term whose grade a change of setup may move, and such a change: its own, or one below a
-- composite (`is_below`).
create temp table {p}cause as
with graded as (
    -- one row a section, task and term that has options on either side
    select distinct section_id, task_id, term_seq
    from {p}option
), own as (
    select section_id, task_id, term_seq, element, what
    from {p}change
    where element <> 'categories'
    union all
    select g.section_id, g.task_id, g.term_seq, c.element, c.what
    from {p}change as c
    join graded as g on g.section_id = c.section_id
    where c.element = 'categories'
        and (
            c.task_ids_before = ''
            or c.task_ids_after = ''
            or list_contains(string_split(c.task_ids_before, ';'), cast(g.task_id as varchar))
            or list_contains(string_split(c.task_ids_after, ';'), cast(g.task_id as varchar))
        )
)
select section_id, task_id, term_seq, element, what, false as is_below
from own
union
select r.section_id, r.task_id, r.term_seq, o.element, o.what, true as is_below
from own as o
join (
    select distinct section_id, task_id, term_seq, below_task_id, below_term_seq
    from {p}reach
    where task_id <> below_task_id or term_seq <> below_term_seq
) as r
    on r.section_id = o.section_id and r.below_task_id = o.task_id and r.below_term_seq = o.term_seq
