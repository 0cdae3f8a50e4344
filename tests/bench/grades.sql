-- What grades are held against: one join of scores with their assignments, summed.
--
-- Each section is one statement, run over plain DuckDB with the memory and threads that coursepush has.
--
-- whole/    every score of the district.
-- reached/  the scores of the sections that one push reaches: those of courses of $catalog in $year.
--
-- bare      a student's points by category: as few groups as there can be.
-- needed    by category, task and term, as grades need them: an assignment counts for each task it is aligned to,
--           and in the terms from the first that the grade counts to its own. So many groups, with no rule about
--           what counts and no arithmetic.

-- name: whole/bare
-- one row: how many groups there are
select count(*)
from (
    select s.student_id, a.category_row_id, sum(s.points) as earned, sum(a.points) as possible
    from score as s
    join assignment as a on a.assignment_id = s.assignment_id
    group by s.student_id, a.category_row_id
)
;

-- name: whole/needed
-- one row: how many groups there are
select count(*)
from (
    select s.student_id, a.category_row_id, o.row_id, sum(s.points) as earned, sum(a.points) as possible
    from section_grade_calc as o
    join assignment as a on a.section_id = o.owner_id
    join assignment_task as t
        on t.assignment_id = a.assignment_id
        and t.task_id = o.task_id
        and t.term_seq >= coalesce(o.cumulative_from_term_seq, o.term_seq)
        and t.term_seq <= o.term_seq
    join score as s on s.assignment_id = a.assignment_id
    where o.calc_type = 'in_progress'
    group by s.student_id, a.category_row_id, o.row_id
)
;

-- name: reached/bare
-- one row: how many groups there are
select count(*)
from (
    select s.student_id, a.category_row_id, sum(s.points) as earned, sum(a.points) as possible
    from score as s
    join assignment as a on a.assignment_id = s.assignment_id
    where a.section_id in (
        select e.section_id
        from section as e
        join course as c on c.course_id = e.course_id and not c.ignore_master_push
        join course_master as m on m.master_id = c.master_id and m.is_active
        join catalog as g on g.catalog_id = m.catalog_id and g.name = $catalog
        join calendar as k on k.calendar_id = c.calendar_id and k.end_year = $year and not k.is_summer
    )
    group by s.student_id, a.category_row_id
)
;

-- name: reached/needed
-- one row: how many groups there are
select count(*)
from (
    select s.student_id, a.category_row_id, o.row_id, sum(s.points) as earned, sum(a.points) as possible
    from section_grade_calc as o
    join assignment as a on a.section_id = o.owner_id
    join assignment_task as t
        on t.assignment_id = a.assignment_id
        and t.task_id = o.task_id
        and t.term_seq >= coalesce(o.cumulative_from_term_seq, o.term_seq)
        and t.term_seq <= o.term_seq
    join score as s on s.assignment_id = a.assignment_id
    where o.calc_type = 'in_progress'
        and a.section_id in (
            select e.section_id
            from section as e
            join course as c on c.course_id = e.course_id and not c.ignore_master_push
            join course_master as m on m.master_id = c.master_id and m.is_active
            join catalog as g on g.catalog_id = m.catalog_id and g.name = $catalog
            join calendar as k on k.calendar_id = c.calendar_id and k.end_year = $year and not k.is_summer
        )
    group by s.student_id, a.category_row_id, o.row_id
)
;
