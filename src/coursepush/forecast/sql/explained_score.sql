-- one row an assignment of the section that is aligned to the task, with the student's score: what it counts with, or
-- why it does not count, in the order of GRADES.md 2 to 5
{scores_left}, asked as (
    -- one row: the grade asked for, with its options
    select *, coalesce(from_term_seq, term_seq) as first_term_seq
    from {p}node
    where is_asked
), mine as (
    -- one row a score that is left, of the grade asked for
    select e.*
    from every as e
    semi join (select pool_id from {p}pool_of_node join asked on asked.node_id = {p}pool_of_node.node_id) as n
        on n.pool_id = e.pool_id
), aligned as (
    -- one row an assignment that is aligned to the task; whether in a term that counts
    select
        t.assignment_id,
        bool_or(t.term_seq >= o.first_term_seq and t.term_seq <= o.term_seq) as is_in_term
    from assignment_task as t
    join asked as o on o.task_id = t.task_id
    group by t.assignment_id
), assigned as (
    -- one row an assignment of them in the section, in the whole numbers of the calculation beside its own
    select
        a.*,
        l.is_in_term,
        cast(a.points * 1000::decimal(4, 0) as bigint) as possible,
        g.missing_percent
    from assignment as a
    join aligned as l on l.assignment_id = a.assignment_id
    join {p}section as g on g.section_id = a.section_id
), category as (
    -- one row a category of the section
    {categories}
)
select
    c.assignment_id,
    coalesce(c.name, 'assignment ' || c.assignment_id) as assignment,
    g.name as category,
    c.due_date,
    c.points as possible,
    c.multiplier,
    s.points,
    s.percent,
    concat_ws(
        ', ',
        case when s.is_exempt then 'exempt' end,
        case when s.is_dropped then 'dropped' end,
        case when s.is_cheated then 'cheated' end,
        case when s.is_missing then 'missing' end,
        case when s.is_late then 'late' end,
        case when s.is_incomplete then 'incomplete' end,
        case when s.is_turned_in then 'turned in' end
    ) as flags,
    cast(m.earned as decimal(19, 0)) * 0.000000001::decimal(9, 9) as earned,
    m.assignment_id is not null as counts,
    case
        when m.assignment_id is not null and c.points = 0 then 'extra credit'
        when m.assignment_id is not null then null
        when not c.is_active then 'the assignment is not active'
        when not c.is_in_term then 'it is for another term'
        when g.row_id is null then 'it has no category'
        when g.is_excluded then 'its category is left out of the calculation'
        when g.task_ids <> '' and not list_contains(string_split(g.task_ids, ';'), cast(o.task_id as varchar))
            then 'its category is for other tasks'
        when c.points is null then 'how many points are possible is not known'
        when c.points < 0 then 'its points possible are below 0'
        when c.points = 0 and o.use_percent then 'extra credit does not count where percents are used'
        when s.assignment_id is null then 'there is no score'
        when s.is_exempt then 'exempt'
        when s.is_dropped then 'dropped by the teacher'
        when {earned} is null then 'nothing is entered'
        when o.last_n is not null and b.assignment_id is null then 'not among the last ' || o.last_n || ' scores'
        else 'one of the lowest of its category, which drops ' || g.drop_lowest
    end as why
from assigned as c
join asked as o on o.section_id = c.section_id
left join category as g on g.row_id = c.category_row_id
left join score as s on s.assignment_id = c.assignment_id and s.student_id = $student
left join mine as m on m.assignment_id = c.assignment_id
left join (select distinct assignment_id from left_over) as b on b.assignment_id = c.assignment_id
order by counts desc, category nulls last, c.due_date nulls first, c.assignment_id
