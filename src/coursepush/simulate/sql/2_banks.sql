-- step standard_plan: One row is a standard of a subject area, in its strand. Larger districts have more of them,
-- and some for career subjects.
create temp table standard_plan as
select v.*, false as is_more
from (values
    ('01', 'ELA', 'English', 1, 'Reading', 1, 'Cite evidence from a text'),
    ('01', 'ELA', 'English', 1, 'Reading', 2, 'Determine a central idea'),
    ('01', 'ELA', 'English', 2, 'Writing', 1, 'Write an argument'),
    ('01', 'ELA', 'English', 2, 'Writing', 2, 'Revise and edit'),
    ('01', 'ELA', 'English', 3, 'Speaking and Listening', 1, 'Take part in a discussion'),
    ('02', 'MA', 'Mathematics', 1, 'Number and Quantity', 1, 'Reason with quantities'),
    ('02', 'MA', 'Mathematics', 1, 'Number and Quantity', 2, 'Compute fluently'),
    ('02', 'MA', 'Mathematics', 2, 'Algebra', 1, 'Write and solve equations'),
    ('02', 'MA', 'Mathematics', 2, 'Algebra', 2, 'Work with functions'),
    ('02', 'MA', 'Mathematics', 3, 'Geometry and Measurement', 1, 'Prove and apply properties of figures'),
    ('03', 'SC', 'Science', 1, 'Practices', 1, 'Plan and carry out investigations'),
    ('03', 'SC', 'Science', 1, 'Practices', 2, 'Analyze and interpret data'),
    ('03', 'SC', 'Science', 2, 'Ideas', 1, 'Explain matter and its interactions'),
    ('03', 'SC', 'Science', 2, 'Ideas', 2, 'Model systems and energy'),
    ('04', 'SS', 'Social Studies', 1, 'Inquiry', 1, 'Evaluate sources'),
    ('04', 'SS', 'Social Studies', 1, 'Inquiry', 2, 'Support a claim with evidence'),
    ('04', 'SS', 'Social Studies', 2, 'Civics and Geography', 1, 'Explain rights and responsibilities'),
    ('04', 'SS', 'Social Studies', 2, 'Civics and Geography', 2, 'Use maps and data'),
    ('05', 'FA', 'Fine Arts', 1, 'Creating', 1, 'Develop artistic ideas'),
    ('05', 'FA', 'Fine Arts', 1, 'Creating', 2, 'Refine and complete work'),
    ('05', 'FA', 'Fine Arts', 2, 'Presenting', 1, 'Perform or present work'),
    ('08', 'PE', 'Health and PE', 1, 'Wellness', 1, 'Set a personal health goal'),
    ('08', 'PE', 'Health and PE', 1, 'Wellness', 2, 'Show fair play and safety'),
    ('24', 'WL', 'World Languages', 1, 'Communication', 1, 'Interpret spoken and written language'),
    ('24', 'WL', 'World Languages', 1, 'Communication', 2, 'Present to an audience')
) as v (subject_area, prefix, subject, strand_no, strand, standard_no, standard)
union all
select v.*, true
from (values
    ('01', 'ELA', 'English', 1, 'Reading', 3, 'Compare two texts'),
    ('02', 'MA', 'Mathematics', 1, 'Number and Quantity', 3, 'Estimate and check results'),
    ('03', 'SC', 'Science', 1, 'Practices', 3, 'Argue from evidence'),
    ('04', 'SS', 'Social Studies', 1, 'Inquiry', 3, 'Ask questions that research can answer'),
    ('05', 'FA', 'Fine Arts', 1, 'Creating', 3, 'Keep a record of work in progress'),
    ('08', 'PE', 'Health and PE', 1, 'Wellness', 3, 'Keep a log of exercise'),
    ('24', 'WL', 'World Languages', 1, 'Communication', 3, 'Hold a conversation')
) as v (subject_area, prefix, subject, strand_no, strand, standard_no, standard)
join size_of as z on z.has_more_setup
union all
select a.subject_area, 'CR' || a.subject_area, a.subject, 1, 'Career Skills', v.standard_no, v.standard, true
from (values
    ('10', 'Computer Science'), ('11', 'Communication'), ('12', 'Business'), ('14', 'Health Care'),
    ('16', 'Hospitality'), ('17', 'Construction'), ('18', 'Agriculture'), ('19', 'Human Services'),
    ('20', 'Transportation'), ('21', 'Engineering'), ('22', 'Student Support')
) as a (subject_area, subject)
cross join (values (1, 'Plan and carry out a project'), (2, 'Work safely and with others'))
    as v (standard_no, standard)
join size_of as z on z.has_more_setup;

-- step grading_task: One row is a grading task, or a subject, strand or standard of the standards' tree.
insert into grading_task by name
select v.task_id, v.name, v.code, false as is_standard, null::bigint as parent_task_id
from (values
    (101, 'Quarter Grade', 'QTR'), (102, 'Semester Grade', 'SEM'), (103, 'Final Exam', 'EXAM'),
    (104, 'Conduct', 'COND'), (105, 'Work Habits', 'WORK'), (106, 'Lab Grade', 'LAB'),
    (107, 'Portfolio', 'PORT'), (108, 'Progress Grade', 'PROG'), (109, 'Year Grade', 'YEAR')
) as v (task_id, name, code)
union all
select distinct 1000 + subject_area::bigint * 100, subject || ' Standards', prefix, true, null::bigint
from standard_plan
union all
select distinct 1000 + subject_area::bigint * 100 + strand_no * 10, strand, prefix || '.' || strand_no, true,
    1000 + subject_area::bigint * 100
from standard_plan
union all
select 1000 + subject_area::bigint * 100 + strand_no * 10 + standard_no, standard,
    prefix || '.' || strand_no || '.' || standard_no, true, 1000 + subject_area::bigint * 100 + strand_no * 10
from standard_plan;

-- step assessment_test: One row is a test of the district.
insert into assessment_test by name
select * from (values
    (1, 'Fall Benchmark'), (2, 'Winter Benchmark'), (3, 'Spring Benchmark'), (4, 'State End-of-Course Test'),
    (5, 'Reading Inventory')
) as v (test_id, name);

-- step score_group: One row is a score group.
insert into score_group by name
select * from (values (1, 'Letter Grades'), (2, 'Standards 1-4'), (3, 'Conduct Marks'))
    as v (score_group_id, name);

-- step grading_scale: One row is a grading scale.
insert into grading_scale by name
select * from (values (1, 'Letter A-F'), (2, 'Standards 1-4'), (3, 'Letter A-F with Plus and Minus'))
    as v (scale_id, name);

-- step grading_scale_mark: One row is a mark of a scale.
insert into grading_scale_mark by name
select * from (values
    (1, 'A', 90, true), (1, 'B', 80, true), (1, 'C', 70, true), (1, 'D', 60, true), (1, 'F', 0, false),
    (2, '4', 90, true), (2, '3', 75, true), (2, '2', 50, false), (2, '1', 0, false),
    (3, 'A', 93, true), (3, 'A-', 90, true), (3, 'B+', 87, true), (3, 'B', 83, true), (3, 'B-', 80, true),
    (3, 'C+', 77, true), (3, 'C', 73, true), (3, 'C-', 70, true), (3, 'D', 60, true), (3, 'F', 0, false)
) as v (scale_id, mark, min_percent, is_passing);

-- step teacher: One row is a teacher, named by role and number.
insert into teacher by name
select s.first_teacher + t.teacher_no as teacher_id,
    'Teacher ' || case when s.first_teacher + t.teacher_no < 10000 then lpad(teacher_id::varchar, 4, '0')
        else teacher_id::varchar end as name
from school_plan as s cross join lateral (select unnest(range(1, s.teachers + 1)) as teacher_no) as t;
