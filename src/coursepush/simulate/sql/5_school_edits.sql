-- step worn course: One row is a course that scenarios leave alone, so that schools may have edited it. A
-- school's edits are the same in both years, since a year is rolled forward from the one before.
create temp table worn_course as
select course_id, school_id, master_id, level, code, 'c' || school_id || '/' || master_id as wear_id
from course_plan where not is_planted and not is_summer;

-- step categories re-weighted: A school changed a category that the district manages, which breaks its link.
update course_category as c set weight = c.weight + 5, is_link_broken = true
from worn_course as w where w.course_id = c.owner_id and draw('broken category', w.wear_id || c.name) % 100 < 3;

-- step options recalculated: A school changed a calculation option, which breaks its link.
update course_grade_calc as c set use_percent = true, last_n = 3, is_link_broken = true
from worn_course as w
where w.course_id = c.owner_id
    and draw('broken option', concat_ws('/', w.wear_id, c.task_id, c.term_seq)) % 100 < 2;

-- step tasks reordered: A school changed the sequence of a task, which breaks its link.
update course_task as c set sequence = c.sequence + 20, is_link_broken = true
from worn_course as w
where w.course_id = c.owner_id and draw('broken task', w.wear_id || '/' || c.task_id) % 100 < 2;

-- step options dropped: A school removed an option that its course master still has.
delete from course_grade_calc where row_id in (
    select c.row_id from course_grade_calc as c join worn_course as w on w.course_id = c.owner_id
    where c.term_seq = 4 and draw('dropped option', w.wear_id || '/' || c.task_id) % 100 < 1
);

-- step own categories: One row is a category that a school added to a course by itself.
insert into course_category by name
select (select max(row_id) from course_category) + row_number() over (order by w.course_id) as row_id,
    w.course_id as owner_id, false as is_link_broken,
    (['Reading Log', 'Notebook', 'Daily Practice', 'Study Guides'])[1 + draw('own name', w.wear_id) % 4] as name,
    10 as weight, 20 as sequence, false as is_excluded, 0 as drop_lowest, []::bigint[] as task_ids
from worn_course as w
where w.master_id is null or draw('own category', w.wear_id) % 100 < 8;

-- step own options: One option in fifty was made by the school itself with what the district has.
update course_grade_calc as c set parent_row_id = null
from worn_course as w
where w.course_id = c.owner_id and c.term_seq = 4
    and draw('local option', w.wear_id || '/' || c.task_id) % 100 < 4;

-- step composites re-weighted: A school weighs a child of a composite its own way, which breaks its link.
update course_composite as c set weight = c.weight + 10, is_link_broken = true
from worn_course as w
where w.course_id = c.owner_id and c.child_term_seq in (2, 4)
    and draw('broken composite', concat_ws('/', w.wear_id, c.task_id, c.term_seq, c.child_task_id)) % 100 < 4;

-- step tests moved: A school gives a test in another week, which breaks its link.
update course_assessment as c set start_date = c.start_date + 7, end_date = c.end_date + 7, is_link_broken = true
from worn_course as w
where w.course_id = c.owner_id and draw('moved test', w.wear_id || '/' || c.test_id) % 100 < 6;

-- step own tests: One row is a test that a school gives by itself.
insert into course_assessment by name
select (select max(row_id) from course_assessment) + row_number() over (order by course_id) as row_id,
    course_id as owner_id, false as is_link_broken, 2 as test_id, false as copies_forward
from worn_course where master_id is not null and draw('own test', wear_id) % 100 < 6;

-- step course information: Some schools keep another maximum of students, and another description.
update course as c set max_students = c.max_students - 2
from worn_course as w where w.course_id = c.course_id and draw('max students', w.wear_id) % 100 < 15;

-- step planted tasks of courses: One row is a task that a school aligned by itself.
insert into course_task by name
select (select max(row_id) from course_task) + row_number() over (order by p.course_id, v.task_id) as row_id,
    p.course_id as owner_id, false as is_link_broken, v.task_id, 1 as score_group_id, v.is_post_only,
    30 as sequence
from course_plan as p
join (values ('04101', 105, true), ('24052', 108, false)) as v (code, task_id, is_post_only) on v.code = p.code
where p.level = 'high';

-- step planted options of courses: One row is a calculation option that a school made by itself.
insert into course_grade_calc by name
select (select max(row_id) from course_grade_calc)
        + row_number() over (order by p.course_id, q.term_seq) as row_id,
    p.course_id as owner_id, false as is_link_broken, 108 as task_id, q.term_seq, 'in_progress' as calc_type,
    1 as scale_id, true as weight_categories, false as use_percent
from course_plan as p cross join (values (1), (2), (3), (4)) as q (term_seq)
where p.level = 'high' and p.code = '24052';

-- step planted categories of courses: One row is a category of the course's own (no source), or one whose link
-- points to a category of another course master (source: that master's code), which is broken.
insert into course_category by name
select (select max(row_id) from course_category) + row_number() over (order by p.course_id, v.name) as row_id,
    p.course_id as owner_id,
    (select c.row_id from master_category as c join master_plan as m on m.master_id = c.owner_id
     where m.level = 'high' and m.code = v.source and c.name = 'Tests') as parent_row_id,
    v.source is not null as is_link_broken, v.name, v.weight, 20 as sequence, false as is_excluded,
    0 as drop_lowest, []::bigint[] as task_ids
from course_plan as p
join (values
    ('high', '01002', 'Reading Log', 10, null), ('high', '04101', 'Debates', 10, null),
    ('high', '24052', 'Warm-Ups', 10, null), ('high', '04254', 'Assessments', 10, null),
    ('high', '04254', 'Practice', 5, '04101'), ('high', '04051', 'Map Work', 10, '04101'),
    ('high', '04051', 'Old Notes', 5, '04101'), ('high', '05110', 'Warm-Ups', 10, null),
    ('elementary', '03234', 'Science Journal', 15, null)
) as v (level, code, name, weight, source) on v.level = p.level and v.code = p.code
where p.level <> 'elementary' or p.ordinal = 2;

-- step world history desynced: Somebody's script rewrote every row of the course, and broke every link.
update course_category as c set weight = c.weight + 1, is_link_broken = true
from course_plan as p where p.course_id = c.owner_id and p.level = 'high' and p.code = '04051';

-- step world history options: The same for its calculation options.
update course_grade_calc as c set last_n = 4, is_link_broken = true
from course_plan as p where p.course_id = c.owner_id and p.level = 'high' and p.code = '04051';

-- step economics tasks: The school changed them while the catalog was unlocked.
update course_task as c set sequence = c.sequence + 40, is_link_broken = true
from course_plan as p where p.course_id = c.owner_id and p.level = 'high' and p.code = '04201';

-- step economics options: Made by the school itself.
update course_grade_calc as c set last_n = 6, parent_row_id = null
from course_plan as p where p.course_id = c.owner_id and p.level = 'high' and p.code = '04201';

-- step history category: The school gave homework more weight.
update course_category as c set weight = 25, is_link_broken = true
from course_plan as p
where p.course_id = c.owner_id and p.level = 'high' and p.code = '04101' and c.name = 'Homework';

-- step english options: Two options of the school's own, one equal to the district's and one not.
update course_grade_calc as c set parent_row_id = null,
    calc_type = case c.task_id when 102 then 'none' else c.calc_type end
from course_plan as p
where p.course_id = c.owner_id and p.level = 'high' and p.code = '01002'
    and (c.task_id = 101 and c.term_seq = 3 or c.task_id = 102 and c.term_seq = 4);

-- step grade 4 science tasks: At the second school everything is the school's own.
update course_task as c set parent_row_id = null, sequence = c.sequence + 5
from course_plan as p
where p.course_id = c.owner_id and p.level = 'elementary' and p.code = '03234' and p.ordinal = 2;

-- step grade 4 science categories: At the second school the school's own, at the first broken.
update course_category as c set parent_row_id = case p.ordinal when 2 then null else c.parent_row_id end,
    is_link_broken = p.ordinal = 1, weight = c.weight + 2
from course_plan as p
where p.course_id = c.owner_id and p.level = 'elementary' and p.code = '03234' and c.name <> 'Science Journal';

-- step grade 4 science options: At the second school the school's own.
update course_grade_calc as c set parent_row_id = null
from course_plan as p
where p.course_id = c.owner_id and p.level = 'elementary' and p.code = '03234' and p.ordinal = 2;

-- step grade 7 option: The school changed one option of the current year, which broke its link.
update course_grade_calc as c set use_percent = true, is_link_broken = true
from course_plan as p
where p.course_id = c.owner_id and p.level = 'middle' and p.code = '04437' and p.end_year = 2026
    and c.task_id = 101 and c.term_seq = 1;

-- step planted course marks: A school that manages its own course, a course of another site, a number that will
-- collide.
update course as c set
    ignore_master_push = p.level = 'elementary' and p.code = '02034' and p.ordinal = 2,
    is_cross_site = p.level = 'high' and p.code = '10011',
    number = case when p.level = 'high' and p.code = '24102' then '24102-1A' else c.number end
from course_plan as p where p.course_id = c.course_id;
