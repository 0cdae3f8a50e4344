-- What an analyst would type to answer each report's question: one query a report, on the district's tables alone
-- (push_result: on the history of pushes). They are the floor that `python -m tests.bench` holds the reports against.
-- Parameters: $catalog (a course catalog's name) and $year (the year a school year ends).
-- They give the rows of the reports, with their keys, names and values, as text where values of many kinds meet; not
-- the sentences, nor what happened in earlier pushes and refreshes. Schools that share a name are not told apart.

-- name: course_status
-- One row a course of the catalog and year that has a course master: whether it follows it.
with scope as (
    select
        c.course_id, c.master_id, g.name as catalog, k.end_year as year, h.name as school, k.name as calendar,
        c.number as course_number, c.name as course_name, m.number as master_number, m.name as master_name,
        c.ignore_master_push, m.is_active as master_is_active
    from catalog as g
    join course_master as m on m.catalog_id = g.catalog_id
    join course as c on c.master_id = m.master_id
    join calendar as k on k.calendar_id = c.calendar_id
    join school as h on h.school_id = k.school_id
    where g.name = $catalog and k.end_year = $year
), locked as (
    select l.lock from catalog_lock as l join catalog as g on g.catalog_id = l.catalog_id where g.name = $catalog
), category as (
    -- one row a category of a course; of several with one parent the one in place 1 pairs with it
    select
        r.row_id, r.owner_id, r.name, r.parent_row_id, r.is_link_broken, s.master_id, b.owner_id as parent_owner_id,
        row_number() over (
            partition by r.owner_id, r.parent_row_id order by lower(r.name) = lower(b.name) desc, lower(r.name)
        ) = 1 and b.owner_id = s.master_id as is_paired
    from course_category as r
    join scope as s on s.course_id = r.owner_id
    left join master_category as b on b.row_id = r.parent_row_id
), unsound as (
    -- one row a row that is not soundly linked to its course master's
    select
        case when t.is_standard then 'standards' else 'grading_tasks' end as element, s.course_id, r.row_id,
        case
            when r.parent_row_id is null then 'local'
            when r.is_link_broken or b.row_id is not null then 'broken'
            else 'orphan'
        end as link,
        u.row_id is null as is_extra, r.task_id, -1000 as first_term, 1000 as last_term,
        null::bigint as child_task_id, null::integer as child_term_seq
    from course_task as r
    join scope as s on s.course_id = r.owner_id
    join grading_task as t on t.task_id = r.task_id
    left join master_task as u on u.owner_id = s.master_id and u.task_id = r.task_id
    left join master_task as b on b.row_id = r.parent_row_id
    where r.is_link_broken or u.row_id is distinct from r.parent_row_id or r.parent_row_id is null
    union all
    select
        'assessments', s.course_id, r.row_id,
        case
            when r.parent_row_id is null then 'local'
            when r.is_link_broken or b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null, null, null, null, null, null
    from course_assessment as r
    join scope as s on s.course_id = r.owner_id
    left join master_assessment as u on u.owner_id = s.master_id and u.test_id = r.test_id
    left join master_assessment as b on b.row_id = r.parent_row_id
    where r.is_link_broken or u.row_id is distinct from r.parent_row_id or r.parent_row_id is null
    union all
    select
        'categories', p.owner_id, p.row_id,
        case
            when p.parent_row_id is null or (p.parent_owner_id = p.master_id and not p.is_paired) then 'local'
            when p.is_link_broken or p.parent_owner_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null and not coalesce(p.is_paired, false), null, null, null, null, null
    from category as p
    left join (
        select s.course_id, u.row_id, lower(u.name) as name_key
        from scope as s
        join master_category as u on u.owner_id = s.master_id
        anti join category as o on o.owner_id = s.course_id and o.parent_row_id = u.row_id
    ) as u on u.course_id = p.owner_id and u.name_key = lower(p.name)
    where p.is_link_broken or not coalesce(p.is_paired, false)
    union all
    select
        'composite_grades', s.course_id, r.row_id,
        case
            when r.parent_row_id is null then 'local'
            when r.is_link_broken or b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null, r.task_id, r.term_seq, r.term_seq, r.child_task_id, r.child_term_seq
    from course_composite as r
    join scope as s on s.course_id = r.owner_id
    left join master_composite as u
        on u.owner_id = s.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    left join master_composite as b on b.row_id = r.parent_row_id
    where r.is_link_broken or u.row_id is distinct from r.parent_row_id or r.parent_row_id is null
    union all
    select
        'grade_calc_options', s.course_id, r.row_id,
        case
            when r.parent_row_id is null then 'local'
            when r.is_link_broken or b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null, r.task_id, coalesce(r.cumulative_from_term_seq, r.term_seq), r.term_seq, null, null
    from course_grade_calc as r
    join scope as s on s.course_id = r.owner_id
    left join master_grade_calc as u
        on u.owner_id = s.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    left join master_grade_calc as b on b.row_id = r.parent_row_id
    where r.is_link_broken or u.row_id is distinct from r.parent_row_id or r.parent_row_id is null
), need as (
    -- one row a row that is left over and came from above, and work that would keep it
    select course_id, row_id, element, task_id, first_term, last_term
    from unsound
    where link = 'orphan' and is_extra and task_id is not null
    union all
    select course_id, row_id, element, child_task_id, child_term_seq, child_term_seq
    from unsound
    where link = 'orphan' and is_extra and child_task_id is not null
), place as (
    select s.section_id, s.course_id from section as s semi join need as n on n.course_id = s.course_id
), asked as (
    select a.assignment_id, s.course_id, a.is_active
    from assignment as a
    join place as s on s.section_id = a.section_id
), scored_inactive as (
    select distinct assignment_id
    from score
    where assignment_id in (select assignment_id from asked where not is_active)
), work as (
    -- one row a course, task and term with students' work
    select a.course_id, t.task_id, t.term_seq
    from asked as a
    join assignment_task as t on t.assignment_id = a.assignment_id
    where a.is_active or a.assignment_id in (select assignment_id from scored_inactive)
    union
    select s.course_id, p.task_id, p.term_seq
    from posted_grade as p
    join place as s on s.section_id = p.section_id
    where p.mark is not null or p.percent is not null or p.comment is not null
), used as (
    select n.element, n.row_id
    from need as n
    join work as w on w.course_id = n.course_id and w.task_id = n.task_id
    where w.term_seq between n.first_term and n.last_term
    union
    select n.element, n.row_id
    from unsound as n
    join section_category as r on r.parent_row_id = n.row_id
    join section as s on s.section_id = r.owner_id and s.course_id = n.course_id
    where n.element = 'categories' and n.link = 'orphan' and n.is_extra
        and r.row_id in (select category_row_id from assignment)
), counted as (
    select
        n.course_id,
        count_if(n.link = 'broken') as broken,
        count_if(n.link = 'local') as local,
        count_if(n.link = 'orphan') as residual,
        string_agg(distinct n.element, ', ' order by n.element) as elements
    from unsound as n
    join locked as l on l.lock = n.element
    left join used as w on w.element = n.element and w.row_id = n.row_id
    where n.link <> 'orphan' or w.row_id is not null
    group by n.course_id
)
select
    s.catalog, s.year, s.school, s.calendar, s.course_number, s.course_name, s.master_number, s.master_name,
    case
        when n.broken > 0 then 'desynced'
        when s.ignore_master_push or n.local + n.residual > 0 then 'course_controlled'
        else 'linked'
    end as status,
    s.ignore_master_push, s.master_is_active,
    coalesce(n.broken, 0) as broken, coalesce(n.local, 0) as local, coalesce(n.residual, 0) as residual, n.elements,
    s.course_id, s.master_id
from scope as s
left join counted as n on n.course_id = s.course_id
order by s.school, s.calendar, s.course_number, s.course_id;

-- name: course_audit
-- One row a difference between a course of the catalog and year and its course master: a row that one of them lacks, a
-- value that differs, a link that is not sound, a name to be given up; and one a course without any.
with scope as (
    select
        c.course_id, c.master_id, g.name as catalog, k.end_year as year, h.name as school, k.name as calendar,
        c.number as course_number, c.name as course_name, m.number as master_number, m.name as master_name,
        c.ignore_master_push, m.is_active as master_is_active
    from catalog as g
    join course_master as m on m.catalog_id = g.catalog_id
    join course as c on c.master_id = m.master_id
    join calendar as k on k.calendar_id = c.calendar_id
    join school as h on h.school_id = k.school_id
    where g.name = $catalog and k.end_year = $year
), locked as (
    select l.lock from catalog_lock as l join catalog as g on g.catalog_id = l.catalog_id where g.name = $catalog
), category as (
    -- one row a category of a course; of several with one parent the one in place 1 pairs with it, the others by name
    select
        r.*, lower(r.name) as name_key, s.master_id, b.owner_id as parent_owner_id,
        coalesce(row_number() over (
            partition by r.owner_id, r.parent_row_id order by lower(r.name) = lower(b.name) desc, lower(r.name)
        ) = 1 and b.owner_id = s.master_id, false) as is_paired,
        case when is_paired then r.parent_row_id::varchar else lower(r.name) end as match_key
    from course_category as r
    join scope as s on s.course_id = r.owner_id
    left join master_category as b on b.row_id = r.parent_row_id
), wanted_category as (
    select
        s.course_id, w.*, lower(w.name) as name_key,
        case when p.row_id is not null then w.row_id::varchar else lower(w.name) end as match_key
    from scope as s
    join master_category as w on w.owner_id = s.master_id
    left join category as p on p.is_paired and p.owner_id = s.course_id and p.parent_row_id = w.row_id
), task_to_be as (
    -- one row a course and task that it has, or gets
    select s.course_id, t.task_id from scope as s join course_task as t on t.owner_id = s.course_id
    union
    select s.course_id, t.task_id from scope as s join master_task as t on t.owner_id = s.master_id
), met_category as (
    -- one row a category of a course or its course master, and whether a push writes the course master's values
    select
        coalesce(r.owner_id, u.course_id) as course_id, r.row_id, r.name_key, u.name_key as wanted_key,
        u.row_id is not null
        and (r.row_id is null or (not r.is_link_broken and r.parent_row_id is not null
            and (r.is_paired or r.parent_owner_id is null)))
        and not exists (
            select 1
            from (select unnest(u.task_ids) as task_id) as t
            where t.task_id not in (select task_id from task_to_be as b where b.course_id = u.course_id)
        )
        and (
            r.row_id is null or not r.is_paired or r.name <> u.name or r.weight <> u.weight
            or r.sequence is distinct from u.sequence or r.is_excluded <> u.is_excluded
            or r.drop_lowest <> u.drop_lowest or r.task_ids <> u.task_ids
        ) as is_written
    from category as r
    full join wanted_category as u on u.course_id = r.owner_id and u.match_key = r.match_key
), met as (
    -- one row a setup row that is not equal and soundly linked, with the values that differ
    select
        case when t.is_standard then 'standards' else 'grading_tasks' end as element,
        coalesce(r.owner_id, u.course_id) as course_id, r.row_id as row_id,
        coalesce(r.task_id, u.task_id)::varchar as key,
        coalesce(r.task_id, u.task_id) as named_id,
        case when r.row_id is null then 'missing' when u.row_id is null then 'extra' else 'paired' end as pairing,
        case
            when r.row_id is null then null
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end as link,
        r.task_id as used_task_id, -1000 as first_term, 1000 as last_term,
        null::bigint as used_child_id, null::integer as used_child_term,
        u::varchar as master_row, r::varchar as course_row,
        list_filter([
            ['score_group_id', u.score_group_id::varchar, r.score_group_id::varchar],
            ['credit_type', u.credit_type::varchar, r.credit_type::varchar],
            ['credit', u.credit::varchar, r.credit::varchar],
            ['term_gpa', u.term_gpa::varchar, r.term_gpa::varchar],
            ['is_post_only', u.is_post_only::varchar, r.is_post_only::varchar],
            ['sequence', u.sequence::varchar, r.sequence::varchar]
        ], lambda f: f[2] is distinct from f[3]) as fields
    from (select * from course_task as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, w.* from scope as s join master_task as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id
    left join master_task as b on b.row_id = r.parent_row_id
    join grading_task as t on t.task_id = coalesce(r.task_id, u.task_id)
    where r.row_id is null or u.row_id is null or r.is_link_broken or not coalesce(r.parent_row_id = u.row_id, false)
        or r.score_group_id is distinct from u.score_group_id or r.credit_type is distinct from u.credit_type
        or r.credit is distinct from u.credit or r.term_gpa is distinct from u.term_gpa
        or r.is_post_only is distinct from u.is_post_only or r.sequence is distinct from u.sequence
    union all
    select
        'assessments',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(r.test_id, u.test_id)::varchar,
        coalesce(r.test_id, u.test_id),
        case when r.row_id is null then 'missing' when u.row_id is null then 'extra' else 'paired' end,
        case
            when r.row_id is null then null
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        null, null, null, null, null,
        u::varchar, r::varchar,
        list_filter([
            ['standard_task_id', u.standard_task_id::varchar, r.standard_task_id::varchar],
            ['start_date', u.start_date::varchar, r.start_date::varchar],
            ['end_date', u.end_date::varchar, r.end_date::varchar],
            ['copies_forward', u.copies_forward::varchar, r.copies_forward::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from (select * from course_assessment as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, w.* from scope as s join master_assessment as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.test_id = r.test_id
    left join master_assessment as b on b.row_id = r.parent_row_id
    where r.row_id is null or u.row_id is null or r.is_link_broken or not coalesce(r.parent_row_id = u.row_id, false)
        or r.standard_task_id is distinct from u.standard_task_id
        or r.start_date is distinct from u.start_date or r.end_date is distinct from u.end_date
        or r.copies_forward is distinct from u.copies_forward
    union all
    select
        'categories',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(r.name_key, u.name_key),
        null,
        case when r.row_id is null then 'missing' when u.row_id is null then 'extra' else 'paired' end,
        case
            when r.row_id is null then null
            when r.parent_row_id is null or (r.parent_owner_id = r.master_id and not r.is_paired) then 'local'
            when r.is_link_broken or (r.parent_owner_id is not null and not r.is_paired) then 'broken'
            when not coalesce(r.is_paired, false) then 'orphan'
            else 'linked'
        end,
        null, null, null, null, null,
        u::varchar, r::varchar,
        list_filter([
            ['name', u.name::varchar, r.name::varchar],
            ['weight', u.weight::varchar, r.weight::varchar],
            ['sequence', u.sequence::varchar, r.sequence::varchar],
            ['is_excluded', u.is_excluded::varchar, r.is_excluded::varchar],
            ['drop_lowest', u.drop_lowest::varchar, r.drop_lowest::varchar],
            ['task_ids', u.task_ids::varchar, r.task_ids::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from category as r
    full join wanted_category as u
        on u.course_id = r.owner_id and u.match_key = r.match_key
    where r.row_id is null or u.row_id is null or r.is_link_broken or not coalesce(r.is_paired, false)
        or r.name is distinct from u.name or r.weight is distinct from u.weight
        or r.sequence is distinct from u.sequence or r.is_excluded is distinct from u.is_excluded
        or r.drop_lowest is distinct from u.drop_lowest or r.task_ids is distinct from u.task_ids
    union all
    select
        'composite_grades',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(r.task_id, u.task_id) || '/' || coalesce(r.term_seq, u.term_seq)
            || '/' || coalesce(r.child_task_id, u.child_task_id) || '/' || coalesce(r.child_term_seq,
                u.child_term_seq),
        coalesce(r.task_id, u.task_id),
        case when r.row_id is null then 'missing' when u.row_id is null then 'extra' else 'paired' end,
        case
            when r.row_id is null then null
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        r.task_id, r.term_seq, r.term_seq, r.child_task_id, r.child_term_seq,
        u::varchar, r::varchar,
        list_filter([
            ['weight', u.weight::varchar, r.weight::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from (select * from course_composite as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, w.* from scope as s join master_composite as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    left join master_composite as b on b.row_id = r.parent_row_id
    where r.row_id is null or u.row_id is null or r.is_link_broken or not coalesce(r.parent_row_id = u.row_id, false)
        or r.weight is distinct from u.weight
    union all
    select
        'grade_calc_options',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(r.task_id, u.task_id) || '/' || coalesce(r.term_seq, u.term_seq),
        coalesce(r.task_id, u.task_id),
        case when r.row_id is null then 'missing' when u.row_id is null then 'extra' else 'paired' end,
        case
            when r.row_id is null then null
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        r.task_id, coalesce(r.cumulative_from_term_seq, r.term_seq), r.term_seq, null, null,
        u::varchar, r::varchar,
        list_filter([
            ['calc_type', u.calc_type::varchar, r.calc_type::varchar],
            ['scale_id', u.scale_id::varchar, r.scale_id::varchar],
            ['weight_categories', u.weight_categories::varchar, r.weight_categories::varchar],
            ['use_percent', u.use_percent::varchar, r.use_percent::varchar],
            ['last_n', u.last_n::varchar, r.last_n::varchar],
            ['cumulative_from_term_seq', u.cumulative_from_term_seq::varchar, r.cumulative_from_term_seq::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from (select * from course_grade_calc as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, w.* from scope as s join master_grade_calc as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    left join master_grade_calc as b on b.row_id = r.parent_row_id
    where r.row_id is null or u.row_id is null or r.is_link_broken or not coalesce(r.parent_row_id = u.row_id, false)
        or r.calc_type is distinct from u.calc_type or r.scale_id is distinct from u.scale_id
        or r.weight_categories is distinct from u.weight_categories
        or r.use_percent is distinct from u.use_percent or r.last_n is distinct from u.last_n
        or r.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
), need as (
    -- one row a row that the course master lacks, and work that would keep it
    select course_id, row_id, element, used_task_id as task_id, first_term, last_term
    from met
    where pairing = 'extra' and used_task_id is not null
    union all
    select course_id, row_id, element, used_child_id, used_child_term, used_child_term
    from met
    where pairing = 'extra' and used_child_id is not null
), place as (
    select s.section_id, s.course_id from section as s semi join need as n on n.course_id = s.course_id
), asked as (
    select a.assignment_id, s.course_id, a.is_active
    from assignment as a
    join place as s on s.section_id = a.section_id
), scored_inactive as (
    select distinct assignment_id
    from score
    where assignment_id in (select assignment_id from asked where not is_active)
), work as (
    -- one row a course, task and term with students' work
    select a.course_id, t.task_id, t.term_seq
    from asked as a
    join assignment_task as t on t.assignment_id = a.assignment_id
    where a.is_active or a.assignment_id in (select assignment_id from scored_inactive)
    union
    select s.course_id, p.task_id, p.term_seq
    from posted_grade as p
    join place as s on s.section_id = p.section_id
    where p.mark is not null or p.percent is not null or p.comment is not null
), used as (
    select n.element, n.row_id
    from need as n
    join work as w on w.course_id = n.course_id and w.task_id = n.task_id
    where w.term_seq between n.first_term and n.last_term
    union
    select n.element, n.row_id
    from met as n
    join section_category as r on r.parent_row_id = n.row_id
    join section as s on s.section_id = r.owner_id and s.course_id = n.course_id
    where n.element = 'categories' and n.pairing = 'extra'
        and r.row_id in (select category_row_id from assignment)
), found as (
    select
        m.element, m.course_id, m.row_id, m.key, m.named_id, m.pairing, m.link,
        case when m.pairing = 'extra' then case when w.row_id is null then 'unused' else 'used' end end as use,
        case when m.pairing <> 'missing' then m.course_row end as course_row,
        case when m.pairing <> 'extra' then m.master_row end as master_row,
        m.fields
    from met as m
    left join used as w on w.element = m.element and w.row_id = m.row_id
), status as (
    select
        f.course_id,
        case when bool_or(f.link = 'broken') then 'desynced' else 'course_controlled' end as status
    from found as f
    join locked as l on l.lock = f.element
    where f.link in ('broken', 'local') or (f.link = 'orphan' and f.use = 'used')
    group by f.course_id
), difference as (
    select
        element, course_id, row_id, key, named_id, null as field,
        case when pairing = 'paired' then 'link' else pairing end as difference, link, use, element as lock,
        master_row as master_value, course_row as course_value
    from found
    where pairing <> 'paired' or len(fields) = 0
    union all
    select
        element, course_id, row_id, key, named_id, d[1], 'differs', link, use,
        case when element = 'composite_grades' then 'composite_weights' else element end,
        d[2], d[3]
    from (select *, unnest(fields) as d from found where pairing = 'paired')
    union all
    -- a category whose name a push gives to another one
    select
        'categories', r.course_id, r.row_id, r.name_key, null, 'name', 'rename', null, null, 'categories', null, r.name_key
    from met_category as r
    semi join met_category as w
        on w.is_written and w.course_id = r.course_id and w.wanted_key = r.name_key
        and w.row_id is distinct from r.row_id
    where r.row_id is not null and not r.is_written
    union all
    select
        'course_info', course_id, null, null, null, d[1], 'differs', null, null, 'course_info.' || d[1],
        d[2], d[3]
    from (
        select c.course_id, unnest(list_filter([
            ['number', m.number::varchar, c.number::varchar],
            ['name', m.name::varchar, c.name::varchar],
            ['description', m.description::varchar, c.description::varchar],
            ['state_code', m.state_code::varchar, c.state_code::varchar],
            ['department', m.department::varchar, c.department::varchar],
            ['subject_type', m.subject_type::varchar, c.subject_type::varchar],
            ['sced_subject_area', m.sced_subject_area::varchar, c.sced_subject_area::varchar],
            ['sced_course_id', m.sced_course_id::varchar, c.sced_course_id::varchar],
            ['sced_course_level', m.sced_course_level::varchar, c.sced_course_level::varchar],
            ['sced_lowest_grade', m.sced_lowest_grade::varchar, c.sced_lowest_grade::varchar],
            ['sced_highest_grade', m.sced_highest_grade::varchar, c.sced_highest_grade::varchar],
            ['terms', m.terms::varchar, c.terms::varchar],
            ['schedules', m.schedules::varchar, c.schedules::varchar],
            ['periods', m.periods::varchar, c.periods::varchar],
            ['max_students', m.max_students::varchar, c.max_students::varchar],
            ['takes_attendance', m.takes_attendance::varchar, c.takes_attendance::varchar],
            ['is_standards_based', m.is_standards_based::varchar, c.is_standards_based::varchar],
            ['on_transcript', m.on_transcript::varchar, c.on_transcript::varchar],
            ['is_advisory', m.is_advisory::varchar, c.is_advisory::varchar],
            ['is_activity', m.is_activity::varchar, c.is_activity::varchar],
            ['course_type', m.course_type::varchar, c.course_type::varchar],
            ['honors_code', m.honors_code::varchar, c.honors_code::varchar],
            ['gpa_weight', m.gpa_weight::varchar, c.gpa_weight::varchar]
        ], lambda f: f[2] is distinct from f[3])) as d
        from scope as s
        join course as c on c.course_id = s.course_id
        join course_master as m on m.master_id = s.master_id
    )
    union all
    select
        'course_info', coalesce(c.course_id, m.course_id), null, null, null, 'custom.' || coalesce(c.field, m.field),
        'differs', null, null, 'course_info.custom.' || coalesce(c.field, m.field), m.value, c.value
    from (
        select s.course_id, f.field, f.value
        from scope as s join custom_field as f on f.level = 'course' and f.owner_id = s.course_id
    ) as c
    full join (
        select s.course_id, f.field, f.value
        from scope as s join custom_field as f on f.level = 'master' and f.owner_id = s.master_id
    ) as m on m.course_id = c.course_id and m.field = c.field
    where c.value is distinct from m.value
)
select
    s.catalog, s.year, s.school, s.calendar, s.course_number, s.course_name, s.master_number,
    coalesce(x.status, case when s.ignore_master_push then 'course_controlled' else 'linked' end) as status,
    s.ignore_master_push, d.element, coalesce(t.name, a.name, d.key) as name, d.key, d.field, d.difference, d.link,
    d.use, l.lock is not null as is_locked, d.master_value, d.course_value, s.course_id, s.master_id, d.row_id
from scope as s
left join difference as d on d.course_id = s.course_id
left join status as x on x.course_id = s.course_id
left join locked as l on l.lock = d.lock
left join grading_task as t on t.task_id = case when d.element <> 'assessments' then d.named_id end
left join assessment_test as a on a.test_id = case when d.element = 'assessments' then d.named_id end
order by s.school, s.calendar, s.course_number, s.course_id, d.element, d.key, d.row_id, d.field;

-- name: master_awaiting_push
-- One row a course master, row or field and value that a locked push would write on courses of the catalog and year,
-- and on how many.
with scope as (
    -- one row a course that a push of the catalog that year reaches
    select
        c.course_id, c.calendar_id, c.master_id, g.catalog_id, g.name as catalog, k.end_year as year, k.school_id,
        m.number as master_number, m.name as master_name
    from catalog as g
    join course_master as m on m.catalog_id = g.catalog_id
    join course as c on c.master_id = m.master_id
    join calendar as k on k.calendar_id = c.calendar_id
    join catalog_school as y
        on y.school_id = k.school_id and y.end_year = k.end_year and y.catalog_id = g.catalog_id
    where g.name = $catalog and k.end_year = $year and not k.is_summer and m.is_active and not c.ignore_master_push
), locked as (
    select l.lock from catalog_lock as l join catalog as g on g.catalog_id = l.catalog_id where g.name = $catalog
), category as (
    -- one row a category of a course; of several with one parent the one in place 1 pairs with it, the others by name
    select
        r.*, lower(r.name) as name_key, s.master_id, b.owner_id as parent_owner_id,
        coalesce(row_number() over (
            partition by r.owner_id, r.parent_row_id order by lower(r.name) = lower(b.name) desc, lower(r.name)
        ) = 1 and b.owner_id = s.master_id, false) as is_paired,
        case when is_paired then r.parent_row_id::varchar else lower(r.name) end as match_key
    from course_category as r
    join scope as s on s.course_id = r.owner_id
    left join master_category as b on b.row_id = r.parent_row_id
), wanted_category as (
    select
        s.course_id, w.*, lower(w.name) as name_key,
        case when p.row_id is not null then w.row_id::varchar else lower(w.name) end as match_key
    from scope as s
    join master_category as w on w.owner_id = s.master_id
    left join category as p on p.is_paired and p.owner_id = s.course_id and p.parent_row_id = w.row_id
), left_over as (
    -- one row a row that came from a row that is gone and that the course master lacks, and the work that would keep it
    select
        case when t.is_standard then 'standards' else 'grading_tasks' end as element,
        s.course_id, r.row_id, r.task_id, -1000 as first_term, 1000 as last_term, null::bigint as child_task_id,
        null::integer as child_term
    from course_task as r
    join scope as s on s.course_id = r.owner_id
    join grading_task as t on t.task_id = r.task_id
    anti join master_task as u on u.owner_id = s.master_id and u.task_id = r.task_id
    anti join master_task as b on b.row_id = r.parent_row_id
    where r.parent_row_id is not null and not r.is_link_broken
    union all
    select
        'composite_grades',
        s.course_id, r.row_id, r.task_id, r.term_seq, r.term_seq,
        r.child_task_id, r.child_term_seq
    from course_composite as r
    join scope as s on s.course_id = r.owner_id
    anti join master_composite as u on u.owner_id = s.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    anti join master_composite as b on b.row_id = r.parent_row_id
    where r.parent_row_id is not null and not r.is_link_broken
    union all
    select
        'grade_calc_options',
        s.course_id, r.row_id, r.task_id,
        coalesce(r.cumulative_from_term_seq, r.term_seq), r.term_seq, null, null
    from course_grade_calc as r
    join scope as s on s.course_id = r.owner_id
    anti join master_grade_calc as u on u.owner_id = s.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    anti join master_grade_calc as b on b.row_id = r.parent_row_id
    where r.parent_row_id is not null and not r.is_link_broken
), need as (
    select course_id, row_id, element, task_id, first_term, last_term from left_over
    union all
    select course_id, row_id, element, child_task_id, child_term, child_term
    from left_over
    where child_task_id is not null
), place as (
    select s.section_id, s.course_id from section as s semi join need as n on n.course_id = s.course_id
), asked as (
    select a.assignment_id, s.course_id, a.is_active
    from assignment as a
    join place as s on s.section_id = a.section_id
), scored_inactive as (
    select distinct assignment_id
    from score
    where assignment_id in (select assignment_id from asked where not is_active)
), work as (
    -- one row a course, task and term with students' work
    select a.course_id, t.task_id, t.term_seq
    from asked as a
    join assignment_task as t on t.assignment_id = a.assignment_id
    where a.is_active or a.assignment_id in (select assignment_id from scored_inactive)
    union
    select s.course_id, p.task_id, p.term_seq
    from posted_grade as p
    join place as s on s.section_id = p.section_id
    where p.mark is not null or p.percent is not null or p.comment is not null
), used as (
    select n.element, n.row_id
    from need as n
    join work as w on w.course_id = n.course_id and w.task_id = n.task_id
    where w.term_seq between n.first_term and n.last_term
    union
    select 'categories', r.parent_row_id
    from section_category as r
    join section as s on s.section_id = r.owner_id
    join category as c on c.row_id = r.parent_row_id and c.owner_id = s.course_id
    join assignment as a on a.category_row_id = r.row_id
    where not c.is_paired and c.parent_owner_id is null
), task_after as (
    -- one row a course and task that it has after the push
    select
        s.course_id, r.task_id,
        case
            when l.lock is null or u.row_id is null or r.parent_row_id is null or r.is_link_broken then r.is_post_only
            when b.row_id is null or b.row_id = u.row_id then u.is_post_only
            else r.is_post_only
        end as is_post_only
    from course_task as r
    join scope as s on s.course_id = r.owner_id
    join grading_task as t on t.task_id = r.task_id
    left join locked as l on l.lock = case when t.is_standard then 'standards' else 'grading_tasks' end
    left join master_task as b on b.row_id = r.parent_row_id
    left join master_task as u on u.owner_id = s.master_id and u.task_id = r.task_id
    left join left_over as o on o.row_id = r.row_id and o.element = l.lock
    left join used as w on w.row_id = r.row_id and w.element = l.lock
    where o.row_id is null or w.row_id is not null
    union all
    select s.course_id, u.task_id, u.is_post_only
    from scope as s
    join master_task as u on u.owner_id = s.master_id
    join grading_task as t on t.task_id = u.task_id
    join locked as l on l.lock = case when t.is_standard then 'standards' else 'grading_tasks' end
    anti join course_task as r on r.owner_id = s.course_id and r.task_id = u.task_id
), post_only as (
    select course_id, task_id from task_after where is_post_only
), task_gap as (
    -- one row a course and task that its course master's setup names and the course will not have
    select s.course_id, n.task_id
    from scope as s
    join (
        select owner_id, unnest(task_ids) as task_id from master_category
        union select owner_id, task_id from master_grade_calc
        union select owner_id, task_id from master_composite
        union select owner_id, child_task_id from master_composite
        union select owner_id, standard_task_id from master_assessment where standard_task_id is not null
    ) as n on n.owner_id = s.master_id
    anti join task_after as t on t.course_id = s.course_id and t.task_id = n.task_id
), term_gap as (
    select s.calendar_id, n.term_seq
    from (select distinct calendar_id, master_id from scope) as s
    join (
        select owner_id, term_seq from master_grade_calc
        union select owner_id, cumulative_from_term_seq from master_grade_calc
        union select owner_id, term_seq from master_composite
        union select owner_id, child_term_seq from master_composite
    ) as n on n.owner_id = s.master_id
    anti join term as t on t.calendar_id = s.calendar_id and t.term_seq = n.term_seq
    where n.term_seq is not null
), category_gap as (
    select g.course_id, u.row_id
    from wanted_category as u
    join task_gap as g on g.course_id = u.course_id and list_contains(u.task_ids, g.task_id)
), met as (
    -- one row a setup row that is not equal and soundly linked, with the values that differ
    select
        case when t.is_standard then 'standards' else 'grading_tasks' end as element,
        coalesce(r.owner_id, u.course_id) as course_id, r.row_id,
        coalesce(r.task_id, u.task_id)::varchar as key,
        coalesce(r.task_id, u.task_id) as named_id,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end as link,
        u.row_id is null as is_extra,
        coalesce(false, false) as is_blocked,
        concat_ws(', ', u.score_group_id, u.credit_type, u.credit, u.term_gpa, u.is_post_only,
            u.sequence) as master_row,
        concat_ws(', ', r.score_group_id, r.credit_type, r.credit, r.term_gpa, r.is_post_only,
            r.sequence) as course_row,
        list_filter([
            ['score_group_id', u.score_group_id::varchar, r.score_group_id::varchar],
            ['credit_type', u.credit_type::varchar, r.credit_type::varchar],
            ['credit', u.credit::varchar, r.credit::varchar],
            ['term_gpa', u.term_gpa::varchar, r.term_gpa::varchar],
            ['is_post_only', u.is_post_only::varchar, r.is_post_only::varchar],
            ['sequence', u.sequence::varchar, r.sequence::varchar]
        ], lambda f: f[2] is distinct from f[3]) as fields
    from (select * from course_task as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, s.calendar_id, w.* from scope as s join master_task as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id
    left join master_task as b on b.row_id = r.parent_row_id
    join grading_task as t on t.task_id = coalesce(r.task_id, u.task_id)
    where r.row_id is null or u.row_id is null or not coalesce(r.parent_row_id = u.row_id, false)
        or r.score_group_id is distinct from u.score_group_id or r.credit_type is distinct from u.credit_type
        or r.credit is distinct from u.credit or r.term_gpa is distinct from u.term_gpa
        or r.is_post_only is distinct from u.is_post_only or r.sequence is distinct from u.sequence
    union all
    select
        'assessments',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(r.test_id, u.test_id)::varchar,
        coalesce(r.test_id, u.test_id),
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.standard_task_id) in (select (course_id, task_id) from task_gap), false),
        concat_ws(', ', u.standard_task_id, u.start_date, u.end_date, u.copies_forward),
        concat_ws(', ', r.standard_task_id, r.start_date, r.end_date, r.copies_forward),
        list_filter([
            ['standard_task_id', u.standard_task_id::varchar, r.standard_task_id::varchar],
            ['start_date', u.start_date::varchar, r.start_date::varchar],
            ['end_date', u.end_date::varchar, r.end_date::varchar],
            ['copies_forward', u.copies_forward::varchar, r.copies_forward::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from (select * from course_assessment as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, s.calendar_id, w.* from scope as s join master_assessment as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.test_id = r.test_id
    left join master_assessment as b on b.row_id = r.parent_row_id
    where r.row_id is null or u.row_id is null or not coalesce(r.parent_row_id = u.row_id, false)
        or r.standard_task_id is distinct from u.standard_task_id
        or r.start_date is distinct from u.start_date or r.end_date is distinct from u.end_date
        or r.copies_forward is distinct from u.copies_forward
    union all
    select
        'categories',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(u.name, r.name),
        null,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null or (r.parent_owner_id = r.master_id and not r.is_paired) then 'local'
            when r.is_link_broken or (r.parent_owner_id is not null and not r.is_paired) then 'broken'
            when not r.is_paired then 'orphan'
            else 'linked'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.row_id) in (select (course_id, row_id) from category_gap), false),
        concat_ws(', ', u.name, u.weight, u.sequence, u.is_excluded, u.drop_lowest, u.task_ids),
        concat_ws(', ', r.name, r.weight, r.sequence, r.is_excluded, r.drop_lowest, r.task_ids),
        list_filter([
            ['name', u.name::varchar, r.name::varchar],
            ['weight', u.weight::varchar, r.weight::varchar],
            ['sequence', u.sequence::varchar, r.sequence::varchar],
            ['is_excluded', u.is_excluded::varchar, r.is_excluded::varchar],
            ['drop_lowest', u.drop_lowest::varchar, r.drop_lowest::varchar],
            ['task_ids', u.task_ids::varchar, r.task_ids::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from category as r
    full join wanted_category as u on u.course_id = r.owner_id and u.match_key = r.match_key
    where r.row_id is null or u.row_id is null or not coalesce(r.is_paired, false)
        or r.name is distinct from u.name or r.weight is distinct from u.weight
        or r.sequence is distinct from u.sequence or r.is_excluded is distinct from u.is_excluded
        or r.drop_lowest is distinct from u.drop_lowest or r.task_ids is distinct from u.task_ids
    union all
    select
        'composite_grades',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(r.task_id, u.task_id) || '/' || coalesce(r.term_seq, u.term_seq)
            || '/' || coalesce(r.child_task_id, u.child_task_id) || '/' || coalesce(r.child_term_seq,
                u.child_term_seq),
        coalesce(r.task_id, u.task_id),
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.task_id) in (select (course_id, task_id) from task_gap)
            or (u.course_id, u.child_task_id) in (select (course_id, task_id) from task_gap)
            or (u.calendar_id, u.term_seq) in (select (calendar_id, term_seq) from term_gap)
            or (u.calendar_id, u.child_term_seq) in (select (calendar_id, term_seq) from term_gap), false),
        concat_ws(', ', u.weight),
        concat_ws(', ', r.weight),
        case
            when r.weight is distinct from u.weight and 'composite_weights' in (select lock from locked)
                then [['weight', u.weight::varchar, r.weight::varchar]]
            else []
        end
    from (select * from course_composite as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, s.calendar_id, w.* from scope as s join master_composite as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    left join master_composite as b on b.row_id = r.parent_row_id
    where r.row_id is null or u.row_id is null or not coalesce(r.parent_row_id = u.row_id, false)
        or (r.weight is distinct from u.weight and 'composite_weights' in (select lock from locked))
    union all
    select
        'grade_calc_options',
        coalesce(r.owner_id, u.course_id), r.row_id,
        coalesce(r.task_id, u.task_id) || '/' || coalesce(r.term_seq, u.term_seq),
        coalesce(r.task_id, u.task_id),
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.task_id) in (select (course_id, task_id) from task_gap)
            or (u.calendar_id, u.term_seq) in (select (calendar_id, term_seq) from term_gap)
            or (u.calendar_id, u.cumulative_from_term_seq) in (select (calendar_id, term_seq) from term_gap), false),
        concat_ws(', ', u.calc_type, u.scale_id, u.weight_categories, u.use_percent, u.last_n,
            u.cumulative_from_term_seq),
        concat_ws(', ', r.calc_type, r.scale_id, r.weight_categories, r.use_percent, r.last_n,
            r.cumulative_from_term_seq),
        list_filter([
            ['calc_type', u.calc_type::varchar, r.calc_type::varchar],
            ['scale_id', u.scale_id::varchar, r.scale_id::varchar],
            ['weight_categories', u.weight_categories::varchar, r.weight_categories::varchar],
            ['use_percent', u.use_percent::varchar, r.use_percent::varchar],
            ['last_n', u.last_n::varchar, r.last_n::varchar],
            ['cumulative_from_term_seq', u.cumulative_from_term_seq::varchar, r.cumulative_from_term_seq::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from (select * from course_grade_calc as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        -- without calculation where the task will be post only
        select s.course_id, s.calendar_id,
            w.* replace (case when p.task_id is not null then 'none' else w.calc_type end as calc_type)
        from scope as s
        join master_grade_calc as w on w.owner_id = s.master_id
        left join post_only as p on p.course_id = s.course_id and p.task_id = w.task_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    left join master_grade_calc as b on b.row_id = r.parent_row_id
    where r.row_id is null or u.row_id is null or not coalesce(r.parent_row_id = u.row_id, false)
        or r.calc_type is distinct from u.calc_type or r.scale_id is distinct from u.scale_id
        or r.weight_categories is distinct from u.weight_categories
        or r.use_percent is distinct from u.use_percent or r.last_n is distinct from u.last_n
        or r.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
), judged as (
    -- one row a setup row of a locked data type that a locked push writes, and what it does there
    select
        m.*,
        case
            when m.link = 'missing' then 'add'
            when m.link = 'linked' then 'change'
            when m.is_extra then 'remove'
            else 'relink'
        end as change
    from met as m
    join locked as l on l.lock = m.element
    left join used as w on w.element = m.element and w.row_id = m.row_id
    where m.link in ('missing', 'linked', 'orphan') and not m.is_blocked and not (m.is_extra and w.row_id is not null)
), renamed as (
    -- one row a category that makes way for one that the push writes
    select c.owner_id as course_id, c.name, c.name || '(1)' as new_name
    from category as c
    semi join judged as j
        on j.element = 'categories' and j.change <> 'remove' and j.course_id = c.owner_id and lower(j.key) = c.name_key
    anti join judged as own on own.element = 'categories' and own.row_id = c.row_id
), clash as (
    -- one row a course whose new number another course of its calendar has or will have
    select n.course_id
    from (
        select s.course_id, s.calendar_id, s.master_number
        from scope as s
        join course as c on c.course_id = s.course_id
        where c.number <> s.master_number
    ) as n
    join course as o on o.calendar_id = n.calendar_id and o.course_id <> n.course_id
    left join scope as a on a.course_id = o.course_id
    where coalesce(a.master_number, o.number) = n.master_number
), written as (
    select
        element, course_id, key, named_id, null as field, change,
        case when change <> 'add' then course_row end as course_value,
        case when change <> 'remove' then master_row end as master_value
    from judged
    where change in ('add', 'remove') or len(fields) = 0
    union all
    select element, course_id, key, named_id, d[1], change, d[3], d[2]
    from (select *, unnest(fields) as d from judged where change in ('change', 'relink'))
    union all
    select 'categories', course_id, new_name, null, 'name', 'rename', name, new_name
    from renamed
    union all
    select 'course_info', a.course_id, null, null, d[1], 'change', d[3], d[2]
    from (
        select c.course_id, unnest(list_filter([
            ['number', m.number::varchar, c.number::varchar],
            ['name', m.name::varchar, c.name::varchar],
            ['description', m.description::varchar, c.description::varchar],
            ['state_code', m.state_code::varchar, c.state_code::varchar],
            ['department', m.department::varchar, c.department::varchar],
            ['subject_type', m.subject_type::varchar, c.subject_type::varchar],
            ['sced_subject_area', m.sced_subject_area::varchar, c.sced_subject_area::varchar],
            ['sced_course_id', m.sced_course_id::varchar, c.sced_course_id::varchar],
            ['sced_course_level', m.sced_course_level::varchar, c.sced_course_level::varchar],
            ['sced_lowest_grade', m.sced_lowest_grade::varchar, c.sced_lowest_grade::varchar],
            ['sced_highest_grade', m.sced_highest_grade::varchar, c.sced_highest_grade::varchar],
            ['terms', m.terms::varchar, c.terms::varchar],
            ['schedules', m.schedules::varchar, c.schedules::varchar],
            ['periods', m.periods::varchar, c.periods::varchar],
            ['max_students', m.max_students::varchar, c.max_students::varchar],
            ['takes_attendance', m.takes_attendance::varchar, c.takes_attendance::varchar],
            ['is_standards_based', m.is_standards_based::varchar, c.is_standards_based::varchar],
            ['on_transcript', m.on_transcript::varchar, c.on_transcript::varchar],
            ['is_advisory', m.is_advisory::varchar, c.is_advisory::varchar],
            ['is_activity', m.is_activity::varchar, c.is_activity::varchar],
            ['course_type', m.course_type::varchar, c.course_type::varchar],
            ['honors_code', m.honors_code::varchar, c.honors_code::varchar],
            ['gpa_weight', m.gpa_weight::varchar, c.gpa_weight::varchar]
        ], lambda f: f[2] is distinct from f[3])) as d
        from scope as s
        join course as c on c.course_id = s.course_id
        join course_master as m on m.master_id = s.master_id
    ) as a
    join locked as l on l.lock = 'course_info.' || d[1]
    where d[1] <> 'number' or a.course_id not in (select course_id from clash)
    union all
    select
        'course_info', coalesce(c.course_id, m.course_id), null, null, 'custom.' || coalesce(c.field, m.field),
        'change', c.value, m.value
    from (
        select s.course_id, f.field, f.value
        from scope as s join custom_field as f on f.level = 'course' and f.owner_id = s.course_id
    ) as c
    full join (
        select s.course_id, f.field, f.value
        from scope as s join custom_field as f on f.level = 'master' and f.owner_id = s.master_id
    ) as m on m.course_id = c.course_id and m.field = c.field
    join locked as l on l.lock = 'course_info.custom.' || coalesce(c.field, m.field)
    where c.value is distinct from m.value
)
select
    s.catalog, s.year, s.master_number, s.master_name, w.element, coalesce(t.name, x.name, w.key) as name, w.key,
    w.field, w.change, w.master_value,
    case when count(distinct w.course_value) < 2 then any_value(w.course_value) end as course_value,
    count(distinct w.course_value) as course_values, count(distinct w.course_id) as courses,
    count(distinct s.school_id) as schools, s.master_id
from written as w
join scope as s on s.course_id = w.course_id
left join grading_task as t on t.task_id = case when w.element <> 'assessments' then w.named_id end
left join assessment_test as x on x.test_id = case when w.element = 'assessments' then w.named_id end
group by
    s.catalog, s.year, s.master_number, s.master_name, w.element, t.name, x.name, w.key, w.field, w.change,
    w.master_value, s.master_id
order by s.master_number, s.master_id, w.element, w.key, w.field, w.change, w.master_value;

-- name: course_awaiting_push
-- One row a section of the catalog and year, and row or field that a push of its course would write there.
with scope as (
    -- one row a course; one without a course master counts to the catalog its school has that year
    select
        c.course_id, c.master_id, c.is_cross_site, c.is_advisory,
        g.name as catalog, k.end_year as year, h.name as school,
        k.name as calendar, k.calendar_id, c.number as course_number, c.name as course_name
    from course as c
    join calendar as k on k.calendar_id = c.calendar_id
    join school as h on h.school_id = k.school_id
    left join course_master as m on m.master_id = c.master_id
    left join catalog_school as y on y.school_id = k.school_id and y.end_year = k.end_year
    join catalog as g on g.catalog_id = coalesce(m.catalog_id, y.catalog_id)
    where g.name = $catalog and k.end_year = $year
), placed as (
    -- one row a section that a push of its course reaches
    select
        s.section_id, s.course_id, s.number as section_number, s.teacher_id, t.name as teacher, c.calendar_id,
        coalesce(s.is_advisory, false) as is_advisory, coalesce(c.is_advisory, false) as course_is_advisory
    from section as s
    join scope as c on c.course_id = s.course_id
    left join teacher as t on t.teacher_id = s.teacher_id
    where not c.is_cross_site
), not_met as (
    -- one row a section and a term of its calendar in which it does not meet
    select p.section_id, t.term_seq
    from placed as p
    join term as t on t.calendar_id = p.calendar_id
    semi join section_term as any_term on any_term.section_id = p.section_id
    anti join section_term as m on m.section_id = p.section_id and m.term_seq = t.term_seq
), course_gap as (
    -- one row a course and task that its setup names and that the course does not have
    select n.owner_id as course_id, n.task_id
    from (
        select owner_id, unnest(task_ids) as task_id from course_category
        union select owner_id, task_id from course_grade_calc
        union select owner_id, task_id from course_composite
        union select owner_id, child_task_id from course_composite
    ) as n
    semi join scope as c on c.course_id = n.owner_id
    anti join course_task as t on t.owner_id = n.owner_id and t.task_id = n.task_id
), handed_option as (
    -- one row an option of a course: without calculation where its task is post only; `spreads`: what is left over
    -- from its course master stays where it is
    select
        r.* replace (case when p.task_id is not null then 'none' else r.calc_type end as calc_type),
        r.parent_row_id is null or r.is_link_broken or m.row_id is not null as spreads,
        g.task_id is not null or t.term_seq is null or (r.cumulative_from_term_seq is not null and f.term_seq is null)
            as is_blocked
    from course_grade_calc as r
    join scope as c on c.course_id = r.owner_id
    left join master_grade_calc as m on m.row_id = r.parent_row_id
    left join course_task as p on p.owner_id = r.owner_id and p.task_id = r.task_id and p.is_post_only
    left join course_gap as g on g.course_id = r.owner_id and g.task_id = r.task_id
    left join term as t on t.calendar_id = c.calendar_id and t.term_seq = r.term_seq
    left join term as f on f.calendar_id = c.calendar_id and f.term_seq = r.cumulative_from_term_seq
), handed_composite as (
    select
        r.*, r.parent_row_id is null or r.is_link_broken or m.row_id is not null as spreads,
        g.task_id is not null or d.task_id is not null or t.term_seq is null or f.term_seq is null as is_blocked
    from course_composite as r
    join scope as c on c.course_id = r.owner_id
    left join master_composite as m on m.row_id = r.parent_row_id
    left join course_gap as g on g.course_id = r.owner_id and g.task_id = r.task_id
    left join course_gap as d on d.course_id = r.owner_id and d.task_id = r.child_task_id
    left join term as t on t.calendar_id = c.calendar_id and t.term_seq = r.term_seq
    left join term as f on f.calendar_id = c.calendar_id and f.term_seq = r.child_term_seq
), handed_category as (
    select
        r.*, r.parent_row_id is null or r.is_link_broken or m.row_id is not null as spreads,
        r.row_id in (
            select r.row_id
            from course_category as r
            join course_gap as g on g.course_id = r.owner_id and list_contains(r.task_ids, g.task_id)
        ) as is_blocked
    from course_category as r
    join scope as c on c.course_id = r.owner_id
    left join master_category as m on m.row_id = r.parent_row_id
), category as (
    -- one row a category of a section; of several with one parent the one in place 1 pairs with it, the others by name
    select
        r.*, p.course_id, lower(r.name) as name_key, b.owner_id as parent_owner_id,
        coalesce(row_number() over (
            partition by r.owner_id, r.parent_row_id order by lower(r.name) = lower(b.name) desc, lower(r.name)
        ) = 1 and b.owner_id = p.course_id, false) as is_paired,
        case when is_paired then r.parent_row_id::varchar else lower(r.name) end as match_key
    from section_category as r
    join placed as p on p.section_id = r.owner_id
    left join course_category as b on b.row_id = r.parent_row_id
), wanted_category as (
    select
        p.section_id, w.*,
        case when r.row_id is not null then w.row_id::varchar when w.spreads then lower(w.name) end as match_key
    from placed as p
    join handed_category as w on w.owner_id = p.course_id
    left join category as r on r.is_paired and r.owner_id = p.section_id and r.parent_row_id = w.row_id
), met as (
    -- one row a setup row that is not equal and linked, with the values that differ
    select
        'grade_calc_options' as element, coalesce(r.owner_id, u.section_id) as section_id, r.row_id,
        coalesce(r.task_id, u.task_id) || '/' || coalesce(r.term_seq, u.term_seq) as key,
        coalesce(r.task_id, u.task_id) as named_id,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.parent_row_id = u.row_id then 'linked'
            else 'orphan'
        end as link,
        u.row_id is null
            or coalesce(not u.spreads and r.row_id is not null and r.parent_row_id is distinct from u.row_id,
                false) as is_extra,
        coalesce(u.is_blocked, false) as is_blocked, coalesce(u.spreads, true) as spreads,
        r.task_id as used_task_id, coalesce(r.cumulative_from_term_seq, r.term_seq) as first_term,
        r.term_seq as last_term, null::bigint as child_task_id, null::integer as child_term,
        concat_ws(', ', u.calc_type, u.scale_id, u.weight_categories, u.use_percent, u.last_n,
            u.cumulative_from_term_seq) as course_row,
        concat_ws(', ', r.calc_type, r.scale_id, r.weight_categories, r.use_percent, r.last_n,
            r.cumulative_from_term_seq) as section_row,
        list_filter([
            ['calc_type', u.calc_type::varchar, r.calc_type::varchar],
            ['scale_id', u.scale_id::varchar, r.scale_id::varchar],
            ['weight_categories', u.weight_categories::varchar, r.weight_categories::varchar],
            ['use_percent', u.use_percent::varchar, r.use_percent::varchar],
            ['last_n', u.last_n::varchar, r.last_n::varchar],
            ['cumulative_from_term_seq', u.cumulative_from_term_seq::varchar, r.cumulative_from_term_seq::varchar]
        ], lambda f: f[2] is distinct from f[3]) as fields
    from (select * from section_grade_calc as r semi join placed as p on p.section_id = r.owner_id) as r
    full join (
        select p.section_id, w.*
        from placed as p
        join handed_option as w on w.owner_id = p.course_id
        anti join not_met as n on n.section_id = p.section_id and n.term_seq = w.term_seq
    ) as u on u.section_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    where r.row_id is null or u.row_id is null or r.parent_row_id is distinct from u.row_id
        or r.calc_type is distinct from u.calc_type or r.scale_id is distinct from u.scale_id
        or r.weight_categories is distinct from u.weight_categories
        or r.use_percent is distinct from u.use_percent or r.last_n is distinct from u.last_n
        or r.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
    union all
    select
        'composite_grades', coalesce(r.owner_id, u.section_id), r.row_id,
        coalesce(r.task_id, u.task_id) || '/' || coalesce(r.term_seq, u.term_seq)
            || '/' || coalesce(r.child_task_id, u.child_task_id) || '/' || coalesce(r.child_term_seq,
                u.child_term_seq),
        coalesce(r.task_id, u.task_id),
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.parent_row_id = u.row_id then 'linked'
            else 'orphan'
        end,
        u.row_id is null
            or coalesce(not u.spreads and r.row_id is not null and r.parent_row_id is distinct from u.row_id, false),
        coalesce(u.is_blocked, false), coalesce(u.spreads, true),
        r.task_id, r.term_seq, r.term_seq,
        r.child_task_id, r.child_term_seq,
        concat_ws(', ', u.weight),
        concat_ws(', ', r.weight),
        list_filter([
            ['weight', u.weight::varchar, r.weight::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from (select * from section_composite as r semi join placed as p on p.section_id = r.owner_id) as r
    full join (
        select p.section_id, w.*
        from placed as p
        join handed_composite as w on w.owner_id = p.course_id
        anti join not_met as n on n.section_id = p.section_id and n.term_seq = w.term_seq
    ) as u on u.section_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    where r.row_id is null or u.row_id is null or r.parent_row_id is distinct from u.row_id
        or r.weight is distinct from u.weight
    union all
    select
        'categories', coalesce(r.owner_id, u.section_id), r.row_id,
        coalesce(u.name, r.name),
        null,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null or (r.parent_owner_id = r.course_id and not r.is_paired) then 'local'
            when r.is_paired then 'linked'
            else 'orphan'
        end,
        u.row_id is null
            or coalesce(not u.spreads and r.row_id is not null and r.parent_row_id is distinct from u.row_id, false),
        coalesce(u.is_blocked, false), coalesce(u.spreads, true),
        null, null, null, null, null,
        concat_ws(', ', u.name, u.weight, u.sequence, u.is_excluded, u.drop_lowest, u.task_ids),
        concat_ws(', ', r.name, r.weight, r.sequence, r.is_excluded, r.drop_lowest, r.task_ids),
        list_filter([
            ['name', u.name::varchar, r.name::varchar],
            ['weight', u.weight::varchar, r.weight::varchar],
            ['sequence', u.sequence::varchar, r.sequence::varchar],
            ['is_excluded', u.is_excluded::varchar, r.is_excluded::varchar],
            ['drop_lowest', u.drop_lowest::varchar, r.drop_lowest::varchar],
            ['task_ids', u.task_ids::varchar, r.task_ids::varchar]
        ], lambda f: f[2] is distinct from f[3])
    from category as r
    full join wanted_category as u on u.section_id = r.owner_id and u.match_key = r.match_key
    where r.row_id is null or u.row_id is null or not r.is_paired
        or r.name is distinct from u.name or r.weight is distinct from u.weight
        or r.sequence is distinct from u.sequence or r.is_excluded is distinct from u.is_excluded
        or r.drop_lowest is distinct from u.drop_lowest or r.task_ids is distinct from u.task_ids
), need as (
    -- one row a row that came from a row that is gone and that the course lacks, and the work that would keep it
    select section_id, row_id, element, used_task_id as task_id, first_term, last_term
    from met
    where link = 'orphan' and is_extra and used_task_id is not null
    union all
    select section_id, row_id, element, child_task_id, child_term, child_term
    from met
    where link = 'orphan' and is_extra and child_task_id is not null
), place as (
    select section_id from section where section_id in (select section_id from need)
), asked as (
    select a.assignment_id, a.section_id, a.is_active
    from assignment as a
    join place as p on p.section_id = a.section_id
), scored_inactive as (
    select distinct assignment_id
    from score
    where assignment_id in (select assignment_id from asked where not is_active)
), work as (
    -- one row a section, task and term with students' work
    select a.section_id, t.task_id, t.term_seq
    from asked as a
    join assignment_task as t on t.assignment_id = a.assignment_id
    where a.is_active or a.assignment_id in (select assignment_id from scored_inactive)
    union
    select g.section_id, g.task_id, g.term_seq
    from posted_grade as g
    join place as p on p.section_id = g.section_id
    where g.mark is not null or g.percent is not null or g.comment is not null
), used as (
    select n.element, n.row_id
    from need as n
    join work as w on w.section_id = n.section_id and w.task_id = n.task_id
    where w.term_seq between n.first_term and n.last_term
    union
    select 'categories', a.category_row_id
    from assignment as a
    where a.category_row_id in (
        select row_id from met where element = 'categories' and link = 'orphan' and is_extra
    )
), judged as (
    -- one row a setup row that a push of its course writes, and what it does there
    select
        m.*,
        case
            when m.link = 'missing' then 'add'
            when m.link = 'linked' then 'change'
            when m.link = 'local' then 'add'
            when m.is_extra then 'remove'
            else 'relink'
        end as change
    from met as m
    left join used as w on w.element = m.element and w.row_id = m.row_id
    where case
        when m.is_extra then m.link = 'orphan' and w.row_id is null
        when m.is_blocked then false
        when m.link = 'missing' then m.spreads
        when m.link = 'local' then m.element = 'categories'  -- it makes way for the course's
        else true
    end
), renamed as (
    -- one row a category that makes way for one that the push writes
    select c.owner_id as section_id, c.row_id, c.name, c.name || '(1)' as new_name
    from category as c
    semi join judged as j
        on j.element = 'categories' and j.change <> 'remove' and j.section_id = c.owner_id and lower(j.key) = c.name_key
    anti join judged as own on own.element = 'categories' and own.change <> 'add' and own.row_id = c.row_id
), written as (
    select
        element, section_id, case when change <> 'add' then row_id end as row_id, key, named_id, null as field, change,
        case when change <> 'remove' then course_row end as course_value,
        case when change <> 'add' then section_row end as section_value
    from judged
    where change in ('add', 'remove') or len(fields) = 0
    union all
    select element, section_id, row_id, key, named_id, d[1], change, d[2], d[3]
    from (select *, unnest(fields) as d from judged where change in ('change', 'relink'))
    union all
    select 'categories', section_id, row_id, new_name, null, 'name', 'rename', new_name, name
    from renamed
    union all
    select
        'advisory', section_id, null, null, null, 'is_advisory', 'change', course_is_advisory::varchar,
        is_advisory::varchar
    from placed
    where is_advisory <> course_is_advisory
)
select
    s.catalog, s.year, s.school, s.calendar, s.course_number, s.course_name, p.section_number, p.teacher, w.element,
    coalesce(t.name, w.key) as name, w.key, w.field, w.change, w.course_value, w.section_value, s.course_id,
    w.section_id, w.row_id
from written as w
join placed as p on p.section_id = w.section_id
join scope as s on s.course_id = p.course_id
left join grading_task as t on t.task_id = w.named_id
order by s.school, s.calendar, s.course_number, s.course_id, p.section_number, p.section_id, w.element, w.key, w.field;

-- name: residual
-- One row a setup row of a course or section of the catalog and year that students' work uses and that nothing above
-- pairs with, once the course master is pushed over its courses.
with scope as (
    -- one row a course; one without a course master counts to the catalog its school has that year
    select
        c.course_id, c.master_id, g.name as catalog, k.end_year as year, h.name as school, k.name as calendar,
        k.calendar_id, c.number as course_number, c.name as course_name
    from course as c
    join calendar as k on k.calendar_id = c.calendar_id
    join school as h on h.school_id = k.school_id
    left join course_master as m on m.master_id = c.master_id
    left join catalog_school as y on y.school_id = k.school_id and y.end_year = k.end_year
    join catalog as g on g.catalog_id = coalesce(m.catalog_id, y.catalog_id)
    where g.name = $catalog and k.end_year = $year
), placed as (
    select s.section_id, s.course_id, s.number as section_number, s.teacher_id, t.name as teacher
    from section as s
    semi join scope as c on c.course_id = s.course_id
    left join teacher as t on t.teacher_id = s.teacher_id
), not_met as (
    -- one row a section and a term of its calendar in which it does not meet
    select p.section_id, t.term_seq
    from placed as p
    join scope as c on c.course_id = p.course_id
    join term as t on t.calendar_id = c.calendar_id
    semi join section_term as any_term on any_term.section_id = p.section_id
    anti join section_term as m on m.section_id = p.section_id and m.term_seq = t.term_seq
), course_categories as (
    -- one row a category of a course; of several with one parent the one in place 1 pairs with it, the others by name
    select
        r.row_id, r.owner_id, r.name, r.parent_row_id, r.is_link_broken, c.master_id,
        b.row_id is not null as has_parent, b.owner_id = c.master_id as is_own,
        row_number() over (
            partition by r.owner_id, r.parent_row_id order by lower(r.name) = lower(b.name) desc, lower(r.name)
        ) as place
    from course_category as r
    join scope as c on c.course_id = r.owner_id
    left join master_category as b on b.row_id = r.parent_row_id
), paired_categories as (
    -- one row a category that a course has of its course master's, or is to get (without an id), by the master's name
    select s.course_id, lower(u.name) as name_key, coalesce(o.row_id, n.row_id) as row_id
    from scope as s
    join master_category as u on u.owner_id = s.master_id
    left join course_categories as o
        on o.owner_id = s.course_id and o.parent_row_id = u.row_id and o.is_own and o.place = 1
    left join course_categories as n
        on o.row_id is null and n.owner_id = s.course_id and lower(n.name) = lower(u.name)
        and not coalesce(n.is_own and n.place = 1, false)
    union all
    -- what a course without a course master has
    select o.owner_id, lower(o.name), o.row_id
    from course_categories as o
    where o.master_id is null and (o.parent_row_id is null or o.is_link_broken or o.has_parent)
), section_categories as (
    select
        r.row_id, r.owner_id, r.name, r.parent_row_id, p.course_id, b.owner_id = p.course_id as is_own,
        k.row_id is not null as is_handed,
        row_number() over (
            partition by r.owner_id, r.parent_row_id
            order by lower(r.name) = coalesce(k.name_key, lower(b.name)) desc, lower(r.name)
        ) as place
    from section_category as r
    join placed as p on p.section_id = r.owner_id
    left join course_category as b on b.row_id = r.parent_row_id
    left join paired_categories as k on k.course_id = p.course_id and k.row_id = r.parent_row_id
), handed_composites as (
    -- one row a composite that sections of a course are handed
    select s.course_id, u.task_id, u.term_seq, u.child_task_id, u.child_term_seq
    from scope as s
    join master_composite as u on u.owner_id = s.master_id
    union all
    select s.course_id, u.task_id, u.term_seq, u.child_task_id, u.child_term_seq
    from scope as s
    join course_composite as u on u.owner_id = s.course_id
    left join master_composite as b on b.row_id = u.parent_row_id
    where s.master_id is null and (u.parent_row_id is null or u.is_link_broken or b.row_id is not null)
), handed_options as (
    -- one row an option that sections of a course are handed
    select s.course_id, u.task_id, u.term_seq
    from scope as s
    join master_grade_calc as u on u.owner_id = s.master_id
    union all
    select s.course_id, u.task_id, u.term_seq
    from scope as s
    join course_grade_calc as u on u.owner_id = s.course_id
    left join master_grade_calc as b on b.row_id = u.parent_row_id
    where s.master_id is null and (u.parent_row_id is null or u.is_link_broken or b.row_id is not null)
), candidate as (
    -- one row a setup row without a counterpart above, numbered, and the work that would make it used
    select row_number() over () as candidate_id, c.* from (
        select
            'course' as level, case when t.is_standard then 'standards' else 'grading_tasks' end as element,
            c.course_id, null::bigint as section_id, r.row_id, r.parent_row_id is null as is_local, null as category,
            r.task_id, -1000 as first_term, 1000 as last_term, null::bigint as child_task_id,
            null::integer as child_term
        from course_task as r
        join scope as c on c.course_id = r.owner_id
        join grading_task as t on t.task_id = r.task_id
        anti join master_task as u on u.owner_id = c.master_id and u.task_id = r.task_id
        where c.master_id is not null
        union all
        select
            'course', 'composite_grades', c.course_id, null, r.row_id, r.parent_row_id is null, null, r.task_id,
            r.term_seq, r.term_seq, r.child_task_id, r.child_term_seq
        from course_composite as r
        join scope as c on c.course_id = r.owner_id
        anti join master_composite as u
            on u.owner_id = c.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
            and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
        where c.master_id is not null
        union all
        select
            'course', 'grade_calc_options', c.course_id, null, r.row_id, r.parent_row_id is null, null, r.task_id,
            coalesce(r.cumulative_from_term_seq, r.term_seq), r.term_seq, null, null
        from course_grade_calc as r
        join scope as c on c.course_id = r.owner_id
        anti join master_grade_calc as u
            on u.owner_id = c.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        where c.master_id is not null
        union all
        select
            'course', 'categories', r.owner_id, null, r.row_id,
            r.parent_row_id is null or coalesce(r.is_own, false), r.name,
            null, null, null, null, null
        from course_categories as r
        anti join paired_categories as u on u.course_id = r.owner_id and u.row_id = r.row_id
        where r.master_id is not null
        union all
        select
            'section', 'composite_grades', p.course_id, p.section_id, r.row_id, r.parent_row_id is null, null,
            r.task_id,
            r.term_seq, r.term_seq, r.child_task_id, r.child_term_seq
        from section_composite as r
        join placed as p on p.section_id = r.owner_id
        left join not_met as n on n.section_id = r.owner_id and n.term_seq = r.term_seq
        left join handed_composites as u
            on u.course_id = p.course_id and u.task_id = r.task_id and u.term_seq = r.term_seq
            and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
        left join course_composite as b
            on b.row_id = r.parent_row_id and b.owner_id = p.course_id and b.task_id = r.task_id
            and b.term_seq = r.term_seq and b.child_task_id = r.child_task_id and b.child_term_seq = r.child_term_seq
        where (u.task_id is null and b.row_id is null) or n.section_id is not null
        union all
        select
            'section', 'grade_calc_options', p.course_id, p.section_id, r.row_id, r.parent_row_id is null, null,
            r.task_id,
            coalesce(r.cumulative_from_term_seq, r.term_seq), r.term_seq, null, null
        from section_grade_calc as r
        join placed as p on p.section_id = r.owner_id
        left join not_met as n on n.section_id = r.owner_id and n.term_seq = r.term_seq
        left join handed_options as u
            on u.course_id = p.course_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        left join course_grade_calc as b
            on b.row_id = r.parent_row_id and b.owner_id = p.course_id and b.task_id = r.task_id
            and b.term_seq = r.term_seq
        where (u.task_id is null and b.row_id is null) or n.section_id is not null
        union all
        select
            'section', 'categories', r.course_id, r.owner_id, r.row_id,
            r.parent_row_id is null or r.place > 1, r.name, null, null, null, null, null
        from section_categories as r
        anti join (
            select p.section_id, u.name_key
            from placed as p
            join paired_categories as u on u.course_id = p.course_id
            anti join section_categories as o on o.owner_id = p.section_id and o.parent_row_id = u.row_id
        ) as u on u.section_id = r.owner_id and u.name_key = lower(r.name)
        where r.place > 1 or not (r.is_handed or coalesce(r.is_own, false))
    ) as c
), need as (
    -- one row a candidate, section and task: work on it in these terms keeps the candidate
    select c.candidate_id, p.section_id, c.task_id, c.first_term, c.last_term
    from (
        select candidate_id, course_id, section_id, task_id, first_term, last_term
        from candidate
        where task_id is not null
        union all
        select candidate_id, course_id, section_id, child_task_id, child_term, child_term
        from candidate
        where child_task_id is not null
    ) as c
    join placed as p on p.course_id = c.course_id and (c.section_id is null or c.section_id = p.section_id)
), place as (
    select section_id from section where section_id in (select section_id from need)
), asked as (
    select a.assignment_id, a.section_id, a.is_active
    from assignment as a
    join place as p on p.section_id = a.section_id
), scored_inactive as (
    select distinct assignment_id
    from score
    where assignment_id in (select assignment_id from asked where not is_active)
), using_assignment as (
    -- one row a candidate and an assignment that uses it
    select distinct n.candidate_id, n.section_id, a.assignment_id
    from need as n
    join asked as a on a.section_id = n.section_id
    join assignment_task as t on t.assignment_id = a.assignment_id and t.task_id = n.task_id
    where t.term_seq between n.first_term and n.last_term
        and (a.is_active or a.assignment_id in (select assignment_id from scored_inactive))
    union all
    select c.candidate_id, a.section_id, a.assignment_id
    from candidate as c
    join assignment as a on a.category_row_id = c.row_id
    where c.element = 'categories' and c.level = 'section'
    union all
    select c.candidate_id, a.section_id, a.assignment_id
    from candidate as c
    join section_category as r on r.parent_row_id = c.row_id
    join placed as p on p.section_id = r.owner_id and p.course_id = c.course_id
    join assignment as a on a.category_row_id = r.row_id
    where c.element = 'categories' and c.level = 'course'
), using_grade as (
    -- one row a candidate and a posted grade that uses it
    select distinct
        n.candidate_id, n.section_id, g.student_id, g.task_id, g.term_seq,
        g.comment is not null as has_comment
    from need as n
    join posted_grade as g on g.section_id = n.section_id and g.task_id = n.task_id
    where g.term_seq between n.first_term and n.last_term
        and (g.mark is not null or g.percent is not null or g.comment is not null)
), used as (
    -- one row a candidate that is used: by how many assignments and in whose sections
    select
        u.candidate_id, sum(u.assignments) as assignments,
        string_agg(distinct p.teacher, '; ' order by p.teacher) as teacher
    from (
        select candidate_id, section_id, count(*) as assignments from using_assignment group by all
        union all
        select candidate_id, section_id, 0 from using_grade group by all
    ) as u
    join placed as p on p.section_id = u.section_id
    group by u.candidate_id
), whose as (
    -- one row a candidate and student of its sections: what the student has that uses it
    select
        candidate_id, student_id, sum(scores) as scores, sum(grades) as grades, sum(comments) as comments
    from (
        select
            a.candidate_id, s.student_id, count(*) as scores, 0 as grades, count(s.comment) as comments
        from using_assignment as a
        join score as s on s.assignment_id = a.assignment_id
        group by all
        union all
        select candidate_id, student_id, 0, count(*), count_if(has_comment) from using_grade group by all
        union all
        select u.candidate_id, e.student_id, 0, 0, 0
        from used as u
        join candidate as c on c.candidate_id = u.candidate_id
        join placed as p on p.course_id = c.course_id and (c.section_id is null or c.section_id = p.section_id)
        join enrollment as e on e.section_id = p.section_id
    )
    group by candidate_id, student_id
), counted as (
    select
        candidate_id, sum(scores) as scores, sum(grades) as posted_grades, sum(comments) as comments,
        count_if(scores + grades > 0) as students, count_if(scores + grades = 0) as other_students
    from whose
    group by candidate_id
)
select
    s.catalog, s.year, s.school, s.calendar, s.course_number, s.course_name, p.section_number, u.teacher, c.level,
    c.element, coalesce(c.category, t.name) as name, c.last_term as term, d.name as child, c.child_term,
    case when c.is_local then 'local' else 'from above' end as link, u.assignments, n.scores, n.posted_grades, n.comments,
    n.students, n.other_students, c.course_id, c.section_id, c.row_id
from used as u
join candidate as c on c.candidate_id = u.candidate_id
join scope as s on s.course_id = c.course_id
left join counted as n on n.candidate_id = u.candidate_id
left join placed as p on p.section_id = c.section_id
left join grading_task as t on t.task_id = c.task_id
left join grading_task as d on d.task_id = c.child_task_id
order by s.school, s.calendar, s.course_number, s.course_id, p.section_number, c.section_id, c.element, name, c.row_id;

-- name: push_result
-- One row a row or field that the last push wrote or could not push on courses of the catalog and year. A renamed
-- category that its teacher uses is both.
with scope as (
    select
        c.course_id, g.name as catalog, k.end_year as year, h.name as school, k.name as calendar,
        c.number as course_number, c.name as course_name
    from course as c
    join calendar as k on k.calendar_id = c.calendar_id
    join school as h on h.school_id = k.school_id
    left join course_master as m on m.master_id = c.master_id
    left join catalog_school as y on y.school_id = k.school_id and y.end_year = k.end_year
    join catalog as g on g.catalog_id = coalesce(m.catalog_id, y.catalog_id)
    where g.name = $catalog and k.end_year = $year
), pushed as (
    select * from push.history_row where push_id = (select max(push_id) from push.history)
), told as (
    select 'written' as outcome, *
    from pushed
    where verdict in ('insert', 'update', 'relink', 'rename', 'delete')
    union all
    select 'could_not', *
    from pushed
    where verdict = 'fail'
        or (verdict = 'skip' and coalesce(reason, '') not in ('not_selected', 'not_spread'))
        or (verdict = 'keep' and reason = 'residual')
        or (verdict = 'rename' and reason not in ('course_managed', 'teacher_managed'))
)
select
    r.outcome, s.catalog, s.year, s.school, s.calendar, s.course_number, s.course_name, p.number as section_number,
    e.name as teacher, case r.hop when 1 then 'course' else 'section' end as level, r.element,
    coalesce(r.field, r.key ->> '$.name', t.name, x.name) as what, r.verdict, r.link, r.before, r.after, r.reason,
    r.course_id, r.section_id, r.row_id
from told as r
join scope as s on s.course_id = r.course_id
left join section as p on p.section_id = r.section_id
left join teacher as e on e.teacher_id = p.teacher_id
left join grading_task as t on t.task_id = (r.key ->> '$.task_id')::bigint
left join assessment_test as x on x.test_id = (r.key ->> '$.test_id')::bigint
order by
    r.outcome desc, s.school, s.calendar, s.course_number, s.course_id, p.number, p.section_id, r.element, r.key,
    r.field;

-- name: cascade
-- One row a level and state: how many catalogs, course masters, courses and sections are in it, how many of their
-- rows, and to how many of these owners a push would write.
with reach as (
    -- one row a course that a push of the catalog that year has in scope
    select
        c.course_id, c.calendar_id, c.master_id, g.catalog_id, g.name as catalog, k.end_year as year, k.school_id,
        m.number as master_number, not m.is_active as is_inactive,
        not m.is_active or c.ignore_master_push as is_ignored
    from catalog as g
    join course_master as m on m.catalog_id = g.catalog_id
    join course as c on c.master_id = m.master_id
    join calendar as k on k.calendar_id = c.calendar_id
    join catalog_school as y
        on y.school_id = k.school_id and y.end_year = k.end_year and y.catalog_id = g.catalog_id
    where g.name = $catalog and k.end_year = $year and not k.is_summer
), scope as (
    select * from reach where not is_ignored
), locked as (
    select l.lock from catalog_lock as l join catalog as g on g.catalog_id = l.catalog_id where g.name = $catalog
), category as (
    -- one row a category of a course; of several with one parent the one in place 1 pairs with it, the others by name
    select
        r.*, lower(r.name) as name_key, s.master_id, b.owner_id as parent_owner_id,
        coalesce(row_number() over (
            partition by r.owner_id, r.parent_row_id order by lower(r.name) = lower(b.name) desc, lower(r.name)
        ) = 1 and b.owner_id = s.master_id, false) as is_paired,
        case when is_paired then r.parent_row_id::varchar else lower(r.name) end as match_key
    from course_category as r
    join scope as s on s.course_id = r.owner_id
    left join master_category as b on b.row_id = r.parent_row_id
), wanted_category as (
    select
        s.course_id, w.*, lower(w.name) as name_key,
        case when p.row_id is not null then w.row_id::varchar else lower(w.name) end as match_key
    from scope as s
    join master_category as w on w.owner_id = s.master_id
    left join category as p on p.is_paired and p.owner_id = s.course_id and p.parent_row_id = w.row_id
), left_over as (
    -- one row a row that came from a row that is gone and that the course master lacks, and the work that would keep it
    select
        case when t.is_standard then 'standards' else 'grading_tasks' end as element,
        s.course_id, r.row_id, r.task_id, -1000 as first_term, 1000 as last_term, null::bigint as child_task_id,
        null::integer as child_term
    from course_task as r
    join scope as s on s.course_id = r.owner_id
    join grading_task as t on t.task_id = r.task_id
    anti join master_task as u on u.owner_id = s.master_id and u.task_id = r.task_id
    anti join master_task as b on b.row_id = r.parent_row_id
    where r.parent_row_id is not null and not r.is_link_broken
    union all
    select
        'composite_grades',
        s.course_id, r.row_id, r.task_id, r.term_seq, r.term_seq,
        r.child_task_id, r.child_term_seq
    from course_composite as r
    join scope as s on s.course_id = r.owner_id
    anti join master_composite as u on u.owner_id = s.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    anti join master_composite as b on b.row_id = r.parent_row_id
    where r.parent_row_id is not null and not r.is_link_broken
    union all
    select
        'grade_calc_options',
        s.course_id, r.row_id, r.task_id,
        coalesce(r.cumulative_from_term_seq, r.term_seq), r.term_seq, null, null
    from course_grade_calc as r
    join scope as s on s.course_id = r.owner_id
    anti join master_grade_calc as u on u.owner_id = s.master_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    anti join master_grade_calc as b on b.row_id = r.parent_row_id
    where r.parent_row_id is not null and not r.is_link_broken
), need as (
    select course_id, row_id, element, task_id, first_term, last_term from left_over
    union all
    select course_id, row_id, element, child_task_id, child_term, child_term
    from left_over
    where child_task_id is not null
), place as (
    select s.section_id, s.course_id from section as s semi join need as n on n.course_id = s.course_id
), asked as (
    select a.assignment_id, s.course_id, a.is_active
    from assignment as a
    join place as s on s.section_id = a.section_id
), scored_inactive as (
    select distinct assignment_id
    from score
    where assignment_id in (select assignment_id from asked where not is_active)
), work as (
    -- one row a course, task and term with students' work
    select a.course_id, t.task_id, t.term_seq
    from asked as a
    join assignment_task as t on t.assignment_id = a.assignment_id
    where a.is_active or a.assignment_id in (select assignment_id from scored_inactive)
    union
    select s.course_id, p.task_id, p.term_seq
    from posted_grade as p
    join place as s on s.section_id = p.section_id
    where p.mark is not null or p.percent is not null or p.comment is not null
), used as (
    select n.element, n.row_id
    from need as n
    join work as w on w.course_id = n.course_id and w.task_id = n.task_id
    where w.term_seq between n.first_term and n.last_term
    union
    select 'categories', r.parent_row_id
    from section_category as r
    join section as s on s.section_id = r.owner_id
    join category as c on c.row_id = r.parent_row_id and c.owner_id = s.course_id
    join assignment as a on a.category_row_id = r.row_id
    where not c.is_paired and c.parent_owner_id is null
), task_after as (
    -- one row a course and task that it has after the push
    select
        s.course_id, r.task_id,
        case
            when l.lock is null or u.row_id is null or r.parent_row_id is null or r.is_link_broken then r.is_post_only
            when b.row_id is null or b.row_id = u.row_id then u.is_post_only
            else r.is_post_only
        end as is_post_only
    from course_task as r
    join scope as s on s.course_id = r.owner_id
    join grading_task as t on t.task_id = r.task_id
    left join locked as l on l.lock = case when t.is_standard then 'standards' else 'grading_tasks' end
    left join master_task as b on b.row_id = r.parent_row_id
    left join master_task as u on u.owner_id = s.master_id and u.task_id = r.task_id
    left join left_over as o on o.row_id = r.row_id and o.element = l.lock
    left join used as w on w.row_id = r.row_id and w.element = l.lock
    where o.row_id is null or w.row_id is not null
    union all
    select s.course_id, u.task_id, u.is_post_only
    from scope as s
    join master_task as u on u.owner_id = s.master_id
    join grading_task as t on t.task_id = u.task_id
    join locked as l on l.lock = case when t.is_standard then 'standards' else 'grading_tasks' end
    anti join course_task as r on r.owner_id = s.course_id and r.task_id = u.task_id
), post_only as (
    select course_id, task_id from task_after where is_post_only
), task_gap as (
    -- one row a course and task that its course master's setup names and the course will not have
    select s.course_id, n.task_id
    from scope as s
    join (
        select owner_id, unnest(task_ids) as task_id from master_category
        union select owner_id, task_id from master_grade_calc
        union select owner_id, task_id from master_composite
        union select owner_id, child_task_id from master_composite
        union select owner_id, standard_task_id from master_assessment where standard_task_id is not null
    ) as n on n.owner_id = s.master_id
    anti join task_after as t on t.course_id = s.course_id and t.task_id = n.task_id
), term_gap as (
    select s.calendar_id, n.term_seq
    from (select distinct calendar_id, master_id from scope) as s
    join (
        select owner_id, term_seq from master_grade_calc
        union select owner_id, cumulative_from_term_seq from master_grade_calc
        union select owner_id, term_seq from master_composite
        union select owner_id, child_term_seq from master_composite
    ) as n on n.owner_id = s.master_id
    anti join term as t on t.calendar_id = s.calendar_id and t.term_seq = n.term_seq
    where n.term_seq is not null
), category_gap as (
    select g.course_id, u.row_id
    from wanted_category as u
    join task_gap as g on g.course_id = u.course_id and list_contains(u.task_ids, g.task_id)
), met as (
    -- one row a setup row of a course or of its course master, as they meet
    select
        case when t.is_standard then 'standards' else 'grading_tasks' end as element,
        coalesce(r.owner_id, u.course_id) as course_id, r.row_id, null as name_key,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end as link,
        u.row_id is null as is_extra,
        coalesce(false, false) as is_blocked,
        r.score_group_id is distinct from u.score_group_id
            or r.credit_type is distinct from u.credit_type or r.credit is distinct from u.credit
            or r.term_gpa is distinct from u.term_gpa or r.is_post_only is distinct from u.is_post_only
            or r.sequence is distinct from u.sequence as differs
    from (select * from course_task as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, s.calendar_id, w.* from scope as s join master_task as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id
    left join master_task as b on b.row_id = r.parent_row_id
    join grading_task as t on t.task_id = coalesce(r.task_id, u.task_id)
    union all
    select
        'assessments',
        coalesce(r.owner_id, u.course_id), r.row_id, null,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.standard_task_id) in (select (course_id, task_id) from task_gap), false),
        r.standard_task_id is distinct from u.standard_task_id
            or r.start_date is distinct from u.start_date or r.end_date is distinct from u.end_date
            or r.copies_forward is distinct from u.copies_forward
    from (select * from course_assessment as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, s.calendar_id, w.* from scope as s join master_assessment as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.test_id = r.test_id
    left join master_assessment as b on b.row_id = r.parent_row_id
    union all
    select
        'categories',
        coalesce(r.owner_id, u.course_id), r.row_id, lower(coalesce(u.name, r.name)),
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null or (r.parent_owner_id = r.master_id and not r.is_paired) then 'local'
            when r.is_link_broken or (r.parent_owner_id is not null and not r.is_paired) then 'broken'
            when not r.is_paired then 'orphan'
            else 'linked'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.row_id) in (select (course_id, row_id) from category_gap), false),
        r.name is distinct from u.name or r.weight is distinct from u.weight
            or r.sequence is distinct from u.sequence or r.is_excluded is distinct from u.is_excluded
            or r.drop_lowest is distinct from u.drop_lowest or r.task_ids is distinct from u.task_ids
    from category as r
    full join wanted_category as u on u.course_id = r.owner_id and u.match_key = r.match_key
    union all
    select
        'composite_grades',
        coalesce(r.owner_id, u.course_id), r.row_id, null,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.task_id) in (select (course_id, task_id) from task_gap)
            or (u.course_id, u.child_task_id) in (select (course_id, task_id) from task_gap)
            or (u.calendar_id, u.term_seq) in (select (calendar_id, term_seq) from term_gap)
            or (u.calendar_id, u.child_term_seq) in (select (calendar_id, term_seq) from term_gap), false),
        r.weight is distinct from u.weight and 'composite_weights' in (select lock from locked)
    from (select * from course_composite as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        select s.course_id, s.calendar_id, w.* from scope as s join master_composite as w on w.owner_id = s.master_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    left join master_composite as b on b.row_id = r.parent_row_id
    union all
    select
        'grade_calc_options',
        coalesce(r.owner_id, u.course_id), r.row_id, null,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.is_link_broken then 'broken'
            when r.parent_row_id = u.row_id then 'linked'
            when b.row_id is not null then 'broken'
            else 'orphan'
        end,
        u.row_id is null,
        coalesce((u.course_id, u.task_id) in (select (course_id, task_id) from task_gap)
            or (u.calendar_id, u.term_seq) in (select (calendar_id, term_seq) from term_gap)
            or (u.calendar_id, u.cumulative_from_term_seq) in (select (calendar_id, term_seq) from term_gap), false),
        r.calc_type is distinct from u.calc_type or r.scale_id is distinct from u.scale_id
            or r.weight_categories is distinct from u.weight_categories
            or r.use_percent is distinct from u.use_percent or r.last_n is distinct from u.last_n
            or r.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
    from (select * from course_grade_calc as r semi join scope as s on s.course_id = r.owner_id) as r
    full join (
        -- without calculation where the task will be post only
        select s.course_id, s.calendar_id,
            w.* replace (case when p.task_id is not null then 'none' else w.calc_type end as calc_type)
        from scope as s
        join master_grade_calc as w on w.owner_id = s.master_id
        left join post_only as p on p.course_id = s.course_id and p.task_id = w.task_id
    ) as u on u.course_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    left join master_grade_calc as b on b.row_id = r.parent_row_id
), clash as (
    -- one row a course whose new number another course of its calendar has or will have
    select n.course_id
    from (
        select s.course_id, s.calendar_id, s.master_number
        from scope as s
        join course as c on c.course_id = s.course_id
        where c.number <> s.master_number
    ) as n
    join course as o on o.calendar_id = n.calendar_id and o.course_id <> n.course_id
    left join scope as a on a.course_id = o.course_id
    where coalesce(a.master_number, o.number) = n.master_number
), judged as (
    -- one row a setup row of a locked data type and the state it is in; null where it is the school's
    select
        m.element, m.course_id, m.row_id, m.name_key,
        case
            when m.link = 'broken' then 'desynced'
            when m.is_blocked then 'differs'
            when m.link = 'missing' then 'pending'
            when m.link = 'linked' then case when m.differs then 'pending' else 'in_sync' end
            when m.link = 'local' and not m.is_extra then case when m.differs then 'differs' else 'in_sync' end
            when m.link = 'local' then null
            when not m.is_extra then 'pending'
            when w.row_id is not null then 'residual'
            else 'pending'
        end as state,
        m.is_extra
    from met as m
    join locked as l on l.lock = m.element
    left join used as w on w.element = m.element and w.row_id = m.row_id
), renamed as (
    -- one row a category that makes way for one that the push writes
    select c.owner_id as course_id, c.row_id
    from category as c
    semi join judged as j
        on j.element = 'categories' and j.state = 'pending' and not j.is_extra and j.course_id = c.owner_id
        and j.name_key = c.name_key
    anti join judged as own on own.element = 'categories' and own.state = 'pending' and own.row_id = c.row_id
), field as (
    -- one row a course and locked field, and its state
    select
        a.course_id,
        case
            when a.d[2] is not distinct from a.d[3] then 'in_sync'
            when a.d[1] = 'number' and a.course_id in (select course_id from clash) then 'differs'
            else 'pending'
        end as state
    from (
        select c.course_id, unnest([
            ['number', m.number::varchar, c.number::varchar],
            ['name', m.name::varchar, c.name::varchar],
            ['description', m.description::varchar, c.description::varchar],
            ['state_code', m.state_code::varchar, c.state_code::varchar],
            ['department', m.department::varchar, c.department::varchar],
            ['subject_type', m.subject_type::varchar, c.subject_type::varchar],
            ['sced_subject_area', m.sced_subject_area::varchar, c.sced_subject_area::varchar],
            ['sced_course_id', m.sced_course_id::varchar, c.sced_course_id::varchar],
            ['sced_course_level', m.sced_course_level::varchar, c.sced_course_level::varchar],
            ['sced_lowest_grade', m.sced_lowest_grade::varchar, c.sced_lowest_grade::varchar],
            ['sced_highest_grade', m.sced_highest_grade::varchar, c.sced_highest_grade::varchar],
            ['terms', m.terms::varchar, c.terms::varchar],
            ['schedules', m.schedules::varchar, c.schedules::varchar],
            ['periods', m.periods::varchar, c.periods::varchar],
            ['max_students', m.max_students::varchar, c.max_students::varchar],
            ['takes_attendance', m.takes_attendance::varchar, c.takes_attendance::varchar],
            ['is_standards_based', m.is_standards_based::varchar, c.is_standards_based::varchar],
            ['on_transcript', m.on_transcript::varchar, c.on_transcript::varchar],
            ['is_advisory', m.is_advisory::varchar, c.is_advisory::varchar],
            ['is_activity', m.is_activity::varchar, c.is_activity::varchar],
            ['course_type', m.course_type::varchar, c.course_type::varchar],
            ['honors_code', m.honors_code::varchar, c.honors_code::varchar],
            ['gpa_weight', m.gpa_weight::varchar, c.gpa_weight::varchar]
        ]) as d
        from scope as s
        join course as c on c.course_id = s.course_id
        join course_master as m on m.master_id = s.master_id
    ) as a
    join locked as l on l.lock = 'course_info.' || a.d[1]
    union all
    select s.course_id, case when c.value is distinct from m.value then 'pending' else 'in_sync' end
    from scope as s
    join locked as l on starts_with(l.lock, 'course_info.custom.')
    left join custom_field as c on c.level = 'course' and c.owner_id = s.course_id
        and 'course_info.custom.' || c.field = l.lock
    left join custom_field as m on m.level = 'master' and m.owner_id = s.master_id
        and 'course_info.custom.' || m.field = l.lock
), course_rows as (
    -- one row a course and state, with how many of its rows and fields
    select course_id, state, count(*) as rows
    from (
        select
            j.course_id,
            case
                when r.row_id is not null and coalesce(j.state, '') not in ('desynced', 'residual') then 'pending'
                else j.state
            end as state
        from judged as j
        left join renamed as r on r.row_id = case when j.element = 'categories' then j.row_id end
        union all
        select course_id, state from field
    )
    where state is not null
    group by course_id, state
), asked_course as (
    -- one row a course; one without a course master counts to the catalog its school has that year
    select
        c.course_id, c.master_id, c.is_cross_site, c.is_advisory,
        g.name as catalog, k.end_year as year, h.name as school,
        k.name as calendar, k.calendar_id, c.number as course_number, c.name as course_name
    from course as c
    join calendar as k on k.calendar_id = c.calendar_id
    join school as h on h.school_id = k.school_id
    left join course_master as m on m.master_id = c.master_id
    left join catalog_school as y on y.school_id = k.school_id and y.end_year = k.end_year
    join catalog as g on g.catalog_id = coalesce(m.catalog_id, y.catalog_id)
    where g.name = $catalog and k.end_year = $year
), placed as (
    -- one row a section that a push of its course reaches
    select
        s.section_id, s.course_id, s.number as section_number, s.teacher_id, t.name as teacher, c.calendar_id,
        coalesce(s.is_advisory, false) as is_advisory, coalesce(c.is_advisory, false) as course_is_advisory
    from section as s
    join asked_course as c on c.course_id = s.course_id
    left join teacher as t on t.teacher_id = s.teacher_id
    where not c.is_cross_site
), not_met as (
    -- one row a section and a term of its calendar in which it does not meet
    select p.section_id, t.term_seq
    from placed as p
    join term as t on t.calendar_id = p.calendar_id
    semi join section_term as any_term on any_term.section_id = p.section_id
    anti join section_term as m on m.section_id = p.section_id and m.term_seq = t.term_seq
), course_gap as (
    -- one row a course and task that its setup names and that the course does not have
    select n.owner_id as course_id, n.task_id
    from (
        select owner_id, unnest(task_ids) as task_id from course_category
        union select owner_id, task_id from course_grade_calc
        union select owner_id, task_id from course_composite
        union select owner_id, child_task_id from course_composite
    ) as n
    semi join asked_course as c on c.course_id = n.owner_id
    anti join course_task as t on t.owner_id = n.owner_id and t.task_id = n.task_id
), handed_option as (
    -- one row an option of a course: without calculation where its task is post only; `spreads`: what is left over
    -- from its course master stays where it is
    select
        r.* replace (case when p.task_id is not null then 'none' else r.calc_type end as calc_type),
        r.parent_row_id is null or r.is_link_broken or m.row_id is not null as spreads,
        g.task_id is not null or t.term_seq is null or (r.cumulative_from_term_seq is not null and f.term_seq is null)
            as is_blocked
    from course_grade_calc as r
    join asked_course as c on c.course_id = r.owner_id
    left join master_grade_calc as m on m.row_id = r.parent_row_id
    left join course_task as p on p.owner_id = r.owner_id and p.task_id = r.task_id and p.is_post_only
    left join course_gap as g on g.course_id = r.owner_id and g.task_id = r.task_id
    left join term as t on t.calendar_id = c.calendar_id and t.term_seq = r.term_seq
    left join term as f on f.calendar_id = c.calendar_id and f.term_seq = r.cumulative_from_term_seq
), handed_composite as (
    select
        r.*, r.parent_row_id is null or r.is_link_broken or m.row_id is not null as spreads,
        g.task_id is not null or d.task_id is not null or t.term_seq is null or f.term_seq is null as is_blocked
    from course_composite as r
    join asked_course as c on c.course_id = r.owner_id
    left join master_composite as m on m.row_id = r.parent_row_id
    left join course_gap as g on g.course_id = r.owner_id and g.task_id = r.task_id
    left join course_gap as d on d.course_id = r.owner_id and d.task_id = r.child_task_id
    left join term as t on t.calendar_id = c.calendar_id and t.term_seq = r.term_seq
    left join term as f on f.calendar_id = c.calendar_id and f.term_seq = r.child_term_seq
), handed_category as (
    select
        r.*, r.parent_row_id is null or r.is_link_broken or m.row_id is not null as spreads,
        r.row_id in (
            select r.row_id
            from course_category as r
            join course_gap as g on g.course_id = r.owner_id and list_contains(r.task_ids, g.task_id)
        ) as is_blocked
    from course_category as r
    join asked_course as c on c.course_id = r.owner_id
    left join master_category as m on m.row_id = r.parent_row_id
), teacher_category as (
    -- one row a category of a section; of several with one parent the one in place 1 pairs with it, the others by name
    select
        r.*, p.course_id, lower(r.name) as name_key, b.owner_id as parent_owner_id,
        coalesce(row_number() over (
            partition by r.owner_id, r.parent_row_id order by lower(r.name) = lower(b.name) desc, lower(r.name)
        ) = 1 and b.owner_id = p.course_id, false) as is_paired,
        case when is_paired then r.parent_row_id::varchar else lower(r.name) end as match_key
    from section_category as r
    join placed as p on p.section_id = r.owner_id
    left join course_category as b on b.row_id = r.parent_row_id
), handed_down_category as (
    select
        p.section_id, w.*,
        case when r.row_id is not null then w.row_id::varchar when w.spreads then lower(w.name) end as match_key
    from placed as p
    join handed_category as w on w.owner_id = p.course_id
    left join teacher_category as r on r.is_paired and r.owner_id = p.section_id and r.parent_row_id = w.row_id
), section_met as (
    -- one row a setup row of a section or of its course, as they meet
    select
        'grade_calc_options' as element, coalesce(r.owner_id, u.section_id) as section_id, r.row_id,
        null::varchar as name_key,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.parent_row_id = u.row_id then 'linked'
            else 'orphan'
        end as link,
        u.row_id is null
            or coalesce(not u.spreads and r.row_id is not null and r.parent_row_id is distinct from u.row_id,
                false) as is_extra,
        coalesce(u.is_blocked, false) as is_blocked, coalesce(u.spreads, true) as spreads,
        r.task_id as used_task_id, coalesce(r.cumulative_from_term_seq, r.term_seq) as first_term,
        r.term_seq as last_term, null::bigint as child_task_id, null::integer as child_term,
        r.calc_type is distinct from u.calc_type or r.scale_id is distinct from u.scale_id
            or r.weight_categories is distinct from u.weight_categories
            or r.use_percent is distinct from u.use_percent or r.last_n is distinct from u.last_n
            or r.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq as differs
    from (select * from section_grade_calc as r semi join placed as p on p.section_id = r.owner_id) as r
    full join (
        select p.section_id, w.*
        from placed as p
        join handed_option as w on w.owner_id = p.course_id
        anti join not_met as n on n.section_id = p.section_id and n.term_seq = w.term_seq
    ) as u on u.section_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
    union all
    select
        'composite_grades', coalesce(r.owner_id, u.section_id), r.row_id,
        null::varchar,
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null then 'local'
            when r.parent_row_id = u.row_id then 'linked'
            else 'orphan'
        end,
        u.row_id is null
            or coalesce(not u.spreads and r.row_id is not null and r.parent_row_id is distinct from u.row_id, false),
        coalesce(u.is_blocked, false), coalesce(u.spreads, true),
        r.task_id, r.term_seq, r.term_seq,
        r.child_task_id, r.child_term_seq,
        r.weight is distinct from u.weight
    from (select * from section_composite as r semi join placed as p on p.section_id = r.owner_id) as r
    full join (
        select p.section_id, w.*
        from placed as p
        join handed_composite as w on w.owner_id = p.course_id
        anti join not_met as n on n.section_id = p.section_id and n.term_seq = w.term_seq
    ) as u on u.section_id = r.owner_id and u.task_id = r.task_id and u.term_seq = r.term_seq
        and u.child_task_id = r.child_task_id and u.child_term_seq = r.child_term_seq
    union all
    select
        'categories', coalesce(r.owner_id, u.section_id), r.row_id,
        lower(coalesce(u.name, r.name)),
        case
            when r.row_id is null then 'missing'
            when r.parent_row_id is null or (r.parent_owner_id = r.course_id and not r.is_paired) then 'local'
            when r.is_paired then 'linked'
            else 'orphan'
        end,
        u.row_id is null
            or coalesce(not u.spreads and r.row_id is not null and r.parent_row_id is distinct from u.row_id, false),
        coalesce(u.is_blocked, false), coalesce(u.spreads, true),
        null, null, null, null, null,
        r.name is distinct from u.name or r.weight is distinct from u.weight
            or r.sequence is distinct from u.sequence or r.is_excluded is distinct from u.is_excluded
            or r.drop_lowest is distinct from u.drop_lowest or r.task_ids is distinct from u.task_ids
    from teacher_category as r
    full join handed_down_category as u on u.section_id = r.owner_id and u.match_key = r.match_key
), section_need as (
    -- one row a row that came from a row that is gone and that the course lacks, and the work that would keep it
    select section_id, row_id, element, used_task_id as task_id, first_term, last_term
    from section_met
    where link = 'orphan' and is_extra and used_task_id is not null
    union all
    select section_id, row_id, element, child_task_id, child_term, child_term
    from section_met
    where link = 'orphan' and is_extra and child_task_id is not null
), need_section as (
    select section_id from section where section_id in (select section_id from section_need)
), section_asked as (
    select a.assignment_id, a.section_id, a.is_active
    from assignment as a
    join need_section as p on p.section_id = a.section_id
), section_scored_inactive as (
    select distinct assignment_id
    from score
    where assignment_id in (select assignment_id from section_asked where not is_active)
), section_work as (
    -- one row a section, task and term with students' section_work
    select a.section_id, t.task_id, t.term_seq
    from section_asked as a
    join assignment_task as t on t.assignment_id = a.assignment_id
    where a.is_active or a.assignment_id in (select assignment_id from section_scored_inactive)
    union
    select g.section_id, g.task_id, g.term_seq
    from posted_grade as g
    join need_section as p on p.section_id = g.section_id
    where g.mark is not null or g.percent is not null or g.comment is not null
), section_used as (
    select n.element, n.row_id
    from section_need as n
    join section_work as w on w.section_id = n.section_id and w.task_id = n.task_id
    where w.term_seq between n.first_term and n.last_term
    union
    select 'categories', a.category_row_id
    from assignment as a
    where a.category_row_id in (
        select row_id from section_met where element = 'categories' and link = 'orphan' and is_extra
    )
), section_judged as (
    -- one row a setup row and the state it is in; null where it is the teacher's, or the course keeps it to itself
    select
        m.element, m.section_id, m.row_id, m.name_key,
        case
            when m.is_extra then
                case when m.link <> 'orphan' then null when w.row_id is not null then 'residual' else 'pending' end
            when m.link = 'missing' and not m.spreads then null
            when m.is_blocked then 'differs'
            when m.link = 'missing' then 'pending'
            when m.link = 'local' and m.element = 'categories' then 'pending'
            when m.link = 'local' then case when m.differs then 'differs' else 'in_sync' end
            when m.link = 'linked' then case when m.differs then 'pending' else 'in_sync' end
            else 'pending'
        end as state,
        m.is_extra, m.link
    from section_met as m
    left join section_used as w on w.element = m.element and w.row_id = m.row_id
), section_renamed as (
    select c.owner_id as section_id, c.row_id
    from teacher_category as c
    semi join section_judged as j
        on j.element = 'categories' and j.state = 'pending' and not j.is_extra and j.section_id = c.owner_id
        and j.name_key = c.name_key
    anti join section_judged as own
        on own.element = 'categories' and own.state = 'pending' and own.link <> 'local' and own.row_id = c.row_id
), section_rows as (
    select section_id, state, count(*) as rows
    from (
        select j.section_id, j.state
        from section_judged as j
        left join section_renamed as c on c.row_id = case when j.element = 'categories' then j.row_id end
        where j.state <> 'differs' or c.row_id is null
        union all
        -- a local category of the course's name is renamed beside the one that comes
        select c.section_id, 'pending'
        from section_renamed as c
        left join section_judged as j on j.element = 'categories' and j.row_id = c.row_id
        where j.state is distinct from 'residual'
        union all
        select section_id, case when is_advisory = course_is_advisory then 'in_sync' else 'pending' end from placed
    )
    where state is not null
    group by section_id, state
), course_state as (
    select
        s.course_id, s.master_id, s.catalog_id, s.is_inactive,
        case
            when s.is_ignored then 'ignored'
            when bool_or(r.state = 'desynced') then 'desynced'
            when bool_or(r.state = 'residual') then 'residual'
            when bool_or(r.state = 'pending') then 'pending'
            when bool_or(r.state = 'differs') then 'differs'
            else 'in_sync'
        end as state,
        coalesce(bool_or(r.state = 'pending'), false) as is_awaited
    from reach as s
    left join course_rows as r on r.course_id = s.course_id
    group by s.course_id, s.master_id, s.catalog_id, s.is_inactive, s.is_ignored
), section_state as (
    select
        s.section_id, s.course_id,
        case
            when c.is_cross_site then 'ignored'
            when bool_or(r.state = 'residual') then 'residual'
            when bool_or(r.state = 'pending') then 'pending'
            when bool_or(r.state = 'differs') then 'differs'
            else 'in_sync'
        end as state,
        coalesce(bool_or(r.state = 'pending'), false) as is_awaited
    from section as s
    join asked_course as c on c.course_id = s.course_id
    left join section_rows as r on r.section_id = s.section_id
    group by s.section_id, s.course_id, c.is_cross_site
), master_state as (
    select
        master_id,
        case
            when not bool_or(state <> 'ignored') or any_value(is_inactive) then 'ignored'
            when bool_or(state = 'desynced') then 'desynced'
            when bool_or(state = 'residual') then 'residual'
            when bool_or(state = 'pending') then 'pending'
            when bool_or(state = 'differs') then 'differs'
            else 'in_sync'
        end as state,
        bool_or(is_awaited) as is_awaited
    from course_state
    group by master_id
), catalog_state as (
    select
        catalog_id,
        case
            when bool_or(state in ('desynced', 'residual', 'pending')) then 'pending'
            when bool_or(state = 'differs') then 'differs'
            else 'in_sync'
        end as state,
        bool_or(is_awaited) as is_awaited
    from (
        select catalog_id, state, is_awaited from course_state
        union all
        select c.catalog_id, s.state, false
        from section_state as s join course_state as c on c.course_id = s.course_id
    )
    group by catalog_id
), told as (
    select 'catalog' as level, state, is_awaited, 0 as rows, true as is_owner from catalog_state
    union all
    select 'master', state, is_awaited, 0, true from master_state
    union all
    select 'course', state, is_awaited, 0, true from course_state
    union all
    select 'section', state, is_awaited, 0, true from section_state
    union all
    select 'master', state, false, rows, false from course_rows
    union all
    select 'course', state, false, rows, false from course_rows
    union all
    select 'section', state, false, rows, false from section_rows
)
select
    l.level, s.state, count(*) filter (t.is_owner) as owners, coalesce(sum(t.rows), 0)::bigint as rows,
    count(*) filter (t.is_owner and t.is_awaited) as awaiting
from (values (1, 'catalog'), (2, 'master'), (3, 'course'), (4, 'section')) as l (place, level)
cross join (
    values (1, 'in_sync'), (2, 'differs'), (3, 'pending'), (4, 'residual'), (5, 'desynced'), (6, 'ignored')
) as s (place, state)
left join told as t on t.level = l.level and t.state = s.state
group by l.place, l.level, s.place, s.state
order by l.place, s.place;
