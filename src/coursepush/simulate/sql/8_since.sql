-- step largest: The one row holds the largest ids before anything is removed: what comes since gets larger
-- ones, for courses still point to what is gone.
create temp table largest as
select (select max(row_id) from master_task) as task_id, (select max(row_id) from master_category) as category_id,
    (select max(row_id) from master_grade_calc) as option_id,
    (select max(row_id) from course_category) as course_category_id,
    (select max(row_id) from course_grade_calc) as course_option_id;

-- step worn master: One row is a course master that scenarios leave alone, so that it may have changed since.
create temp table worn_master as select * from master_plan where not is_planted;

-- step weights moved: Some course masters moved weight from homework to tests, which awaits its push.
update master_category as c set weight = c.weight + case c.name when 'Tests' then 5 else -5 end
from worn_master as m
where m.master_id = c.owner_id and c.name in ('Tests', 'Homework')
    and draw('moved weight', m.master_id) % 100 < 15;

-- step categories removed: Some course masters gave up a category that sections still use.
delete from master_category where row_id in (
    select c.row_id from master_category as c join worn_master as m on m.master_id = c.owner_id
    where c.name in ('Participation', 'Projects', 'Classwork') and m.kind <> 'advisory'
        and draw('removed category', m.master_id || c.name) % 100 < 25
);

-- step standards removed: Some course masters gave up a standard.
delete from master_task where row_id in (
    select t.row_id from master_task as t join worn_master as m on m.master_id = t.owner_id
    where t.task_id > 1000 and draw('removed standard', m.master_id || '/' || t.task_id) % 100 < 8
);

-- step options of removed standards: An option goes with its standard.
delete from master_grade_calc where task_id > 1000 and not exists (
    from master_task as t where t.owner_id = master_grade_calc.owner_id and t.task_id = master_grade_calc.task_id
);

-- step tests of removed standards: A test that was aligned to a removed standard is no longer.
update master_assessment as a set standard_task_id = null
where standard_task_id is not null and not exists (
    from master_task as t where t.owner_id = a.owner_id and t.task_id = a.standard_task_id
);

-- step options changed: Some course masters count the last scores only, which awaits its push.
update master_grade_calc as c set last_n = 10
from worn_master as m
where m.master_id = c.owner_id and c.task_id = 101 and c.term_seq = 4
    and draw('last scores', m.master_id) % 100 < 10;

-- step information changed: Some course masters of middle schools got another course type.
update course_master as c set course_type = 'Core Plus'
from worn_master as m
where m.master_id = c.master_id and m.level = 'middle' and draw('information', m.master_id) % 100 < 12;

-- step planted information: What the scenarios changed on course masters.
update course_master as c set
    state_code = case when m.code in ('03051', '03151', '03003') then c.state_code || '-27' else c.state_code end,
    subject_type = case m.code when '05102' then null else c.subject_type end,
    is_active = m.code <> '12104'
from master_plan as m where m.master_id = c.master_id and m.level = 'high' and m.is_planted;

-- step planted field: One course master of the elementary catalog moved on the report card.
update custom_field as f set value = 'Homeroom'
from master_plan as m
where f.level = 'master' and f.owner_id = m.master_id and m.level = 'elementary' and m.code = '02034';

-- step planted weights: Algebra II, grade 4 mathematics and pre-algebra changed the weights of categories.
update master_category as c set weight = c.weight + case c.name when 'Tests' then 10 else -10 end
from master_plan as m
where m.master_id = c.owner_id and c.name in ('Tests', 'Homework')
    and (m.level = 'high' and m.code = '02056' or m.level = 'elementary' and m.code = '02034'
        or m.level = 'middle' and m.code = '02051');

-- step planted options: Algebra II and grade 7 social studies count the last scores of the fourth quarter.
update master_grade_calc as c set last_n = 8
from master_plan as m
where m.master_id = c.owner_id and c.task_id = 101 and c.term_seq = 4
    and (m.level = 'high' and m.code = '02056' or m.level = 'middle' and m.code = '04437');

-- step planted tasks: One row is a task that a course master got since.
insert into master_task by name
select (select task_id from largest) + 10 + row_number() over (order by m.master_id) as row_id,
    m.master_id as owner_id, v.task_id, 2 as score_group_id, false as is_post_only, 40 as sequence
from master_plan as m
join (values ('high', '02056', 1222), ('middle', '04437', 108)) as v (level, code, task_id)
    on v.level = m.level and v.code = m.code;

-- step lab grade removed: Chemistry no longer has a lab grade of its own.
delete from master_task where task_id = 106 and owner_id in (
    select master_id from master_plan where level = 'high' and code = '03101'
);

-- step lab options removed: Its calculation options go with it.
delete from master_grade_calc where task_id = 106 and owner_id in (
    select master_id from master_plan where level = 'high' and code = '03101'
);

-- step lab category realigned: Its labs count for the quarter grade alone.
update master_category as c set task_ids = [101]
from master_plan as m
where m.master_id = c.owner_id and m.level = 'high' and m.code = '03101' and c.name = 'Labs';

-- step portfolio came back: Drawing had lost its portfolio, and got it again: the same task, as a new row.
update master_task as t set row_id = (select task_id from largest) + 1
from master_plan as m
where m.master_id = t.owner_id and m.level = 'high' and m.code = '05156' and t.task_id = 107;

-- step portfolio options came back: As new rows too.
update master_grade_calc as t set row_id = (select option_id from largest) + t.term_seq
from master_plan as m
where m.master_id = t.owner_id and m.level = 'high' and m.code = '05156' and t.task_id = 107;

-- step option without a task: Theater has an option for work habits, which it does not have as a task.
insert into master_grade_calc by name
select (select option_id from largest) + 10 as row_id, master_id as owner_id, 105 as task_id, 4 as term_seq,
    'in_progress' as calc_type, 1 as scale_id, false as weight_categories, false as use_percent
from master_plan where level = 'high' and code = '05052';

-- step option without a task at school: The current year's course has it too, linked.
insert into course_grade_calc by name
select (select course_option_id from largest) + row_number() over (order by p.course_id) as row_id,
    p.course_id as owner_id, m.row_id as parent_row_id, false as is_link_broken, m.* exclude (row_id, owner_id)
from course_plan as p
join master_grade_calc as m on m.owner_id = p.master_id and m.task_id = 105 and m.term_seq = 4
where p.level = 'high' and p.code = '05052' and p.end_year = 2026;

-- step psychology renamed: Categories of psychology got names that its courses already use for others, and one
-- counts for labs, which psychology does not have.
update master_category as c set name = v.new_name, task_ids = v.task_ids
from master_plan as m, (values ('Quizzes', 'Assessments', []::bigint[]), ('Homework', 'Practice', []),
    ('Classwork', 'Daily Work Log', []), ('Participation', 'Labs', [106])) as v (name, new_name, task_ids)
where m.master_id = c.owner_id and m.level = 'high' and m.code = '04254' and v.name = c.name;

-- step daily work given up: The old category of that name is gone.
delete from master_category where name = 'Daily Work';

-- step daily work renamed: Another takes its name.
update master_category set name = 'Daily Work' where name = 'Daily Work Log';

-- step participation anew: Psychology grades participation by another category now.
insert into master_category by name
select (select category_id from largest) + 1 as row_id, master_id as owner_id, 'Participation' as name,
    10 as weight, 8 as sequence, false as is_excluded, 0 as drop_lowest, []::bigint[] as task_ids
from master_plan where level = 'high' and code = '04254';

-- step english classwork anew: The school removed this category and made it again, linked by the next push.
update course_category as c set row_id = (select course_category_id from largest) + c.row_id, parent_row_id = null
from course_plan as p
where p.course_id = c.owner_id and p.level = 'high' and p.code = '01003' and c.name = 'Classwork';

-- step english exam options: The school removed the exam's options, which its sections still have.
delete from course_grade_calc where task_id = 103 and owner_id in (
    select course_id from course_plan where level = 'high' and code = '01003'
);

-- step chorus warm-ups: The school removed its own category, which its sections use.
delete from course_category where name = 'Warm-Ups' and owner_id in (
    select course_id from course_plan where level = 'high' and code = '05110'
);

-- step chorus renamed: Then it gave that name to another, and let projects count for labs, which chorus lacks.
update course_category as c set is_link_broken = true,
    name = case c.name when 'Critiques' then 'Warm-Ups' else 'Performances' end,
    task_ids = case c.name when 'Projects' then [106] else c.task_ids end
from course_plan as p
where p.course_id = c.owner_id and p.level = 'high' and p.code = '05110' and c.name in ('Critiques', 'Projects');

-- step chorus projects anew: And made a new category with the old name.
insert into course_category by name
select (select 2 * course_category_id from largest) + row_number() over (order by course_id) as row_id,
    course_id as owner_id, false as is_link_broken, 'Projects' as name, 20 as weight, 9 as sequence,
    false as is_excluded, 0 as drop_lowest, []::bigint[] as task_ids
from course_plan where level = 'high' and code = '05110';
