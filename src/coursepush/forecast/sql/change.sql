-- One row a section and change of its setup that a grade may rest on, in words: of the options of a task and term, of a
-- child of a composite (then task and term are the composite's), or of a category (then they are null, and
-- `task_ids` says which tasks it serves on either side; '': all).
create temp table {p}change as
with option_change as (
    select
        coalesce(a.section_id, b.section_id) as section_id,
        coalesce(a.task_id, b.task_id) as task_id,
        coalesce(a.term_seq, b.term_seq) as term_seq,
        case
            when a.section_id is null then 'no calculation any more'
            when b.section_id is null then 'calculated from now on'
            else concat_ws(', ', {options})
        end as what
    from (select * from {p}option where side = 'before') as b
    full join (select * from {p}option where side = 'after') as a
        on a.section_id = b.section_id and a.task_id = b.task_id and a.term_seq = b.term_seq
    where a.section_id is null or b.section_id is null or {options_differ}
), named as (
    -- one row a list of tasks, with their names
    select
        l.task_ids,
        string_agg(coalesce(t.name, 'task ' || l.task_id), ', ' order by t.name nulls last, l.task_id) as tasks
    from (
        select task_ids, unnest(string_split(task_ids, ';'))::bigint as task_id
        from (select distinct task_ids from {p}category where task_ids <> '')
    ) as l
    left join grading_task as t on t.task_id = l.task_id
    group by l.task_ids
), category_change as (
    select
        coalesce(a.section_id, b.section_id) as section_id,
        coalesce(b.name, a.name) as name,
        case
            when a.section_id is null then 'does not count any more'
            when b.section_id is null then 'counts from now on'
            else concat_ws(', ', {categories})
        end as what,
        b.task_ids as task_ids_before,
        a.task_ids as task_ids_after
    from (select * from {p}category where side = 'before') as b
    full join (select * from {p}category where side = 'after') as a
        on a.section_id = b.section_id and a.category_row_id = b.category_row_id
    left join named as b_named on b_named.task_ids = b.task_ids
    left join named as a_named on a_named.task_ids = a.task_ids
    where a.section_id is null or b.section_id is null or {categories_differ}
), child_change as (
    select
        coalesce(a.section_id, b.section_id) as section_id,
        coalesce(a.task_id, b.task_id) as task_id,
        coalesce(a.term_seq, b.term_seq) as term_seq,
        coalesce(a.child_task_id, b.child_task_id) as child_task_id,
        coalesce(a.child_term_seq, b.child_term_seq) as child_term_seq,
        case
            when a.section_id is null then 'does not count any more'
            when b.section_id is null then 'counts from now on'
            else concat_ws(', ', {children})
        end as what
    from (select * from {p}child where side = 'before') as b
    full join (select * from {p}child where side = 'after') as a
        on a.section_id = b.section_id
        and a.task_id = b.task_id
        and a.term_seq = b.term_seq
        and a.child_task_id = b.child_task_id
        and a.child_term_seq = b.child_term_seq
    where a.section_id is null or b.section_id is null or {children_differ}
)
select
    'grade_calc_options' as element,
    section_id,
    task_id,
    term_seq,
    'Grade Calc Options: ' || what as what,
    null::varchar as task_ids_before,
    null::varchar as task_ids_after
from option_change
union all
select
    'categories' as element,
    section_id,
    null::bigint as task_id,
    null::integer as term_seq,
    'Category ' || name || ': ' || what as what,
    task_ids_before,
    task_ids_after
from category_change
union all
select
    'composite_grades' as element,
    c.section_id,
    c.task_id,
    c.term_seq,
    'Composite, ' || coalesce(t.name, 'task ' || c.child_task_id) || ' term ' || c.child_term_seq || ': ' || c.what,
    null::varchar as task_ids_before,
    null::varchar as task_ids_after
from child_change as c
left join grading_task as t on t.task_id = c.child_task_id
