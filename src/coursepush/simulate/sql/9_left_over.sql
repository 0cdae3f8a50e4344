-- step worked_with: One row is a task in a term that sections of a course have worked in, of the courses that
-- scenarios leave alone. What its course master or its school gives up below is left over. (No row in a small
-- district: what is left over there comes from the steps before.)
create temp table worked_with as
select distinct s.course_id, t.task_id, t.term_seq
from assignment_task as t
join assignment as a on a.assignment_id = t.assignment_id
join section as s on s.section_id = a.section_id
join worn_course as w on w.course_id = s.course_id
join size_of as z on z.left_over > 0;

-- step options given up: Some course masters gave up an option of a term that sections have worked in.
delete from master_grade_calc where row_id in (
    select c.row_id from master_grade_calc as c
    join worn_master as m on m.master_id = c.owner_id cross join size_of as z
    where c.term_seq <= 3 and (c.task_id = 101 or c.task_id > 1000)
        and draw('option given up', c.row_id) % 1000 < z.left_over
);

-- step composites given up: Some course masters gave up a child of a composite grade.
delete from master_composite where row_id in (
    select c.row_id from master_composite as c
    join worn_master as m on m.master_id = c.owner_id cross join size_of as z
    where c.child_term_seq <= 3 and draw('composite given up', c.row_id) % 1000 < z.left_over // 2
);

-- step options withdrawn: A school removed an option that its sections had and have worked with.
delete from course_grade_calc where row_id in (
    select c.row_id from course_grade_calc as c
    join worked_with as w on w.course_id = c.owner_id and w.task_id = c.task_id and w.term_seq = c.term_seq
    cross join size_of as z
    where draw('option withdrawn', c.row_id) % 1000 < z.left_over
);

-- step composites withdrawn: A school removed a child of a composite that its sections had and have worked with.
delete from course_composite where row_id in (
    select c.row_id from course_composite as c
    join worked_with as w
        on w.course_id = c.owner_id and w.task_id = c.child_task_id and w.term_seq = c.child_term_seq
    cross join size_of as z
    where draw('composite withdrawn', c.row_id) % 1000 < z.left_over // 2
);

-- step categories withdrawn: A school removed a category that its sections have assignments in.
delete from course_category where row_id in (
    select c.row_id from course_category as c
    join worn_course as w on w.course_id = c.owner_id
    join course_plan as p on p.course_id = w.course_id and p.end_year = 2026 cross join size_of as z
    where draw('category withdrawn', c.row_id) % 1000 < z.left_over // 4
);

-- step options kept: Some teachers have edited an option since its course lost it, which makes it their own.
update section_grade_calc as c set parent_row_id = null
from size_of as z
where z.left_over > 0 and draw('option kept', c.row_id) % 100 < 20
    and c.parent_row_id not in (select row_id from course_grade_calc);
