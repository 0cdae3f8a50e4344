create schema push;
CREATE TABLE assessment_test(
    test_id BIGINT NOT NULL,
    "name" VARCHAR);
CREATE TABLE "assignment"(
    assignment_id BIGINT NOT NULL,
    section_id BIGINT NOT NULL,
    category_row_id BIGINT,
    lesson_id BIGINT,
    "name" VARCHAR,
    due_date DATE,
    points DECIMAL(9,3),
    multiplier DECIMAL(9,4) NOT NULL,
    is_active BOOLEAN NOT NULL);
insert into assignment values
    (1, 301, 31, null, 'Ratios test', '2025-10-03', 50.000, 1.0000, true),
    (2, 301, 32, null, 'Ratios worksheet again', '2025-09-26', 10.000, 1.0000, true);
CREATE TABLE assignment_task(
    assignment_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL);
insert into assignment_task values
    (1, 1, 1),
    (2, 1, 1);
CREATE TABLE calendar(
    calendar_id BIGINT NOT NULL,
    school_id BIGINT NOT NULL,
    end_year INTEGER NOT NULL,
    "name" VARCHAR NOT NULL,
    is_summer BOOLEAN NOT NULL,
    start_date DATE,
    end_date DATE);
insert into calendar values
    (11, 1, 2026, 'Maple Grove 25-26', false, '2025-08-18', '2026-05-29'),
    (12, 1, 2027, 'Maple Grove 26-27', false, '2026-08-17', '2027-05-28');
CREATE TABLE "catalog"(
    catalog_id BIGINT NOT NULL,
    "name" VARCHAR NOT NULL);
insert into catalog values
    (1, 'Middle School');
CREATE TABLE catalog_lock(
    catalog_id BIGINT NOT NULL,
    "lock" VARCHAR NOT NULL);
insert into catalog_lock values
    (1, 'categories'),
    (1, 'course_info.custom.elective_group'),
    (1, 'course_info.state_code'),
    (1, 'grade_calc_options'),
    (1, 'grading_tasks'),
    (1, 'standards'),
    (1, 'assessments'),
    (1, 'composite_grades'),
    (1, 'composite_weights'),
    (1, 'course_info.department'),
    (1, 'course_info.description'),
    (1, 'course_info.sced_course_id'),
    (1, 'course_info.sced_course_level'),
    (1, 'course_info.sced_highest_grade'),
    (1, 'course_info.sced_lowest_grade'),
    (1, 'course_info.sced_subject_area'),
    (1, 'course_info.subject_type');
CREATE TABLE catalog_school(
    school_id BIGINT NOT NULL,
    end_year INTEGER NOT NULL,
    catalog_id BIGINT NOT NULL);
insert into catalog_school values
    (1, 2026, 1),
    (1, 2027, 1);
CREATE TABLE course(
    course_id BIGINT NOT NULL,
    calendar_id BIGINT NOT NULL,
    master_id BIGINT,
    is_active BOOLEAN NOT NULL,
    ignore_master_push BOOLEAN NOT NULL,
    is_cross_site BOOLEAN NOT NULL,
    number VARCHAR NOT NULL,
    "name" VARCHAR NOT NULL,
    description VARCHAR,
    state_code VARCHAR,
    department VARCHAR,
    subject_type VARCHAR,
    sced_subject_area VARCHAR,
    sced_course_id VARCHAR,
    sced_course_level VARCHAR,
    sced_lowest_grade VARCHAR,
    sced_highest_grade VARCHAR,
    terms INTEGER,
    schedules INTEGER,
    periods INTEGER,
    max_students INTEGER,
    takes_attendance BOOLEAN,
    is_standards_based BOOLEAN,
    on_transcript BOOLEAN,
    is_advisory BOOLEAN,
    is_activity BOOLEAN,
    course_type VARCHAR,
    honors_code VARCHAR,
    gpa_weight DECIMAL(9,4));
insert into course values
    (201, 11, 101, true, false, false, '02037', 'Mathematics (grade 7)', null, '2037M', 'Mathematics', null, '02', '037', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null),
    (202, 12, 101, true, false, false, '02037', 'Mathematics (grade 7)', null, '2037M', 'Mathematics', null, '02', '037', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null),
    (203, 12, 102, true, false, false, '05154', 'Visual Arts', null, '5154A', 'Fine Arts', null, '05', '154', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null),
    (204, 12, 103, true, false, false, '08001', 'Physical Education', null, null, 'Athletics', null, '08', '001', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null);
CREATE TABLE course_assessment(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    is_link_broken BOOLEAN NOT NULL,
    test_id BIGINT NOT NULL,
    standard_task_id BIGINT,
    start_date DATE,
    end_date DATE,
    copies_forward BOOLEAN NOT NULL);
CREATE TABLE course_category(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    is_link_broken BOOLEAN NOT NULL,
    "name" VARCHAR NOT NULL,
    weight DECIMAL(9,4) NOT NULL,
    "sequence" INTEGER,
    is_excluded BOOLEAN NOT NULL,
    drop_lowest INTEGER NOT NULL,
    task_ids BIGINT[] NOT NULL);
insert into course_category values
    (22, 201, 2, false, 'Homework', 40.0000, 2, false, 1, [1]),
    (26, 203, 3, false, 'Portfolio', 100.0000, 1, false, 0, []),
    (23, 202, 1, false, 'Tests', 60.0000, 1, false, 0, [1, 4]),
    (24, 202, 2, false, 'Homework', 40.0000, 2, false, 1, [1]),
    (27, 204, 4, false, 'Classwork', 30.0000, 1, false, 0, [5]),
    (28, 204, 5, false, 'Final Exam', 100.0000, 4, false, 0, [6]),
    (29, 204, 6, false, 'Homework', 20.0000, 2, false, 1, [5]),
    (30, 204, 7, false, 'Tests', 50.0000, 3, false, 0, [5]),
    (21, 201, 1, false, 'Tests', 60.0000, 1, false, 0, [1, 4]);
CREATE TABLE course_composite(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    is_link_broken BOOLEAN NOT NULL,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    child_task_id BIGINT NOT NULL,
    child_term_seq INTEGER NOT NULL,
    weight DECIMAL(9,4) NOT NULL);
insert into course_composite values
    (1, 204, 1, false, 1, 1, 5, 1, 2.0000),
    (2, 204, 2, false, 1, 1, 6, 1, 1.0000),
    (3, 204, 3, false, 1, 2, 5, 2, 2.0000),
    (4, 204, 4, false, 1, 2, 6, 2, 1.0000);
CREATE TABLE course_grade_calc(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    is_link_broken BOOLEAN NOT NULL,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    calc_type VARCHAR NOT NULL,
    scale_id BIGINT,
    weight_categories BOOLEAN NOT NULL,
    use_percent BOOLEAN NOT NULL,
    last_n INTEGER,
    cumulative_from_term_seq INTEGER);
insert into course_grade_calc values
    (41, 201, 1, false, 1, 1, 'in_progress', 1, true, false, null, null),
    (42, 201, 2, false, 1, 2, 'in_progress', 1, true, false, null, null),
    (43, 202, 1, false, 1, 1, 'in_progress', 1, true, false, null, null),
    (44, 202, 2, false, 1, 2, 'in_progress', 1, true, false, null, null),
    (45, 203, 3, false, 1, 1, 'in_progress', 1, true, false, null, null),
    (46, 203, 4, false, 1, 2, 'in_progress', 1, true, false, null, null),
    (47, 204, 5, false, 1, 1, 'in_progress', 2, false, false, null, null),
    (48, 204, 6, false, 1, 2, 'in_progress', 2, false, false, null, null),
    (49, 204, 7, false, 5, 1, 'in_progress', 2, true, false, null, null),
    (50, 204, 8, false, 5, 2, 'in_progress', 2, true, false, null, null),
    (51, 204, 9, false, 6, 1, 'in_progress', 2, false, false, null, null),
    (52, 204, 10, false, 6, 2, 'in_progress', 2, false, false, null, null);
CREATE TABLE course_master(
    master_id BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL,
    number VARCHAR NOT NULL,
    "name" VARCHAR NOT NULL,
    description VARCHAR,
    state_code VARCHAR,
    department VARCHAR,
    subject_type VARCHAR,
    sced_subject_area VARCHAR,
    sced_course_id VARCHAR,
    sced_course_level VARCHAR,
    sced_lowest_grade VARCHAR,
    sced_highest_grade VARCHAR,
    terms INTEGER,
    schedules INTEGER,
    periods INTEGER,
    max_students INTEGER,
    takes_attendance BOOLEAN,
    is_standards_based BOOLEAN,
    on_transcript BOOLEAN,
    is_advisory BOOLEAN,
    is_activity BOOLEAN,
    course_type VARCHAR,
    honors_code VARCHAR,
    gpa_weight DECIMAL(9,4));
insert into course_master values
    (101, 1, true, '02037', 'Mathematics (grade 7)', null, '2037M', 'Mathematics', null, '02', '037', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null),
    (102, 1, true, '05154', 'Visual Arts', null, '5154A', 'Fine Arts', null, '05', '154', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null),
    (103, 1, true, '08001', 'Physical Education', null, null, 'Athletics', null, '08', '001', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null);
CREATE TABLE course_task(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    is_link_broken BOOLEAN NOT NULL,
    task_id BIGINT NOT NULL,
    score_group_id BIGINT,
    credit_type VARCHAR,
    credit DECIMAL(9,4),
    term_gpa DECIMAL(9,4),
    is_post_only BOOLEAN NOT NULL,
    "sequence" INTEGER);
insert into course_task values
    (11, 201, 1, false, 1, 1, null, 0.5000, null, false, 1),
    (12, 201, 2, false, 2, 1, null, null, null, true, 2),
    (13, 202, 1, false, 1, 1, null, 0.5000, null, false, 1),
    (14, 202, 2, false, 2, 1, null, null, null, true, 2),
    (15, 203, 4, false, 1, 1, null, 0.5000, null, false, 1),
    (16, 202, 3, false, 4, 1, null, null, null, false, 3),
    (17, 204, 5, false, 1, null, 'Semester', 0.5000, null, false, 3),
    (18, 204, 6, false, 2, null, null, null, null, true, 4),
    (19, 204, 7, false, 5, null, null, null, null, false, 1),
    (20, 204, 8, false, 6, null, null, null, null, false, 2),
    (21, 201, 3, false, 4, 1, null, null, null, false, 3);
CREATE TABLE custom_field(
    "level" VARCHAR NOT NULL,
    owner_id BIGINT NOT NULL,
    field VARCHAR NOT NULL,
    "value" VARCHAR);
insert into custom_field values
    ('course', 203, 'elective_group', 'Arts'),
    ('master', 102, 'elective_group', 'Arts');
CREATE TABLE enrollment(
    section_id BIGINT NOT NULL,
    student_id BIGINT NOT NULL);
insert into enrollment values
    (301, 90001),
    (301, 90002),
    (302, 90001),
    (303, 90002);
CREATE TABLE grading_scale(
    scale_id BIGINT NOT NULL,
    "name" VARCHAR);
insert into grading_scale values
    (1, 'A to F'),
    (2, 'Letter Grades');
CREATE TABLE grading_scale_mark(
    scale_id BIGINT NOT NULL,
    mark VARCHAR NOT NULL,
    min_percent DECIMAL(9,4) NOT NULL,
    is_passing BOOLEAN NOT NULL);
insert into grading_scale_mark values
    (1, 'A', 90.0000, true),
    (1, 'B', 80.0000, true),
    (1, 'C', 70.0000, true),
    (1, 'D', 60.0000, true),
    (1, 'F', 0.0000, false),
    (2, 'A', 90.0000, true),
    (2, 'B', 80.0000, true),
    (2, 'C', 70.0000, true),
    (2, 'D', 60.0000, true),
    (2, 'F', 0.0000, false);
CREATE TABLE grading_task(
    task_id BIGINT NOT NULL,
    "name" VARCHAR,
    code VARCHAR,
    is_standard BOOLEAN NOT NULL,
    parent_task_id BIGINT);
insert into grading_task values
    (1, 'Semester Grade', 'SG', false, null),
    (2, 'Conduct', 'C', false, null),
    (3, 'Number sense', 'MATH.7.NS', true, null),
    (4, 'Rational numbers', 'MATH.7.NS.1', true, 3),
    (5, 'Term Grade', 'TERM', false, null),
    (6, 'Final Exam', 'EXAM', false, null);
CREATE TABLE master_assessment(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    test_id BIGINT NOT NULL,
    standard_task_id BIGINT,
    start_date DATE,
    end_date DATE,
    copies_forward BOOLEAN NOT NULL);
CREATE TABLE master_category(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    "name" VARCHAR NOT NULL,
    weight DECIMAL(9,4) NOT NULL,
    "sequence" INTEGER,
    is_excluded BOOLEAN NOT NULL,
    drop_lowest INTEGER NOT NULL,
    task_ids BIGINT[] NOT NULL);
insert into master_category values
    (1, 101, 'Tests', 60.0000, 1, false, 0, [1, 4]),
    (2, 101, 'Homework', 40.0000, 2, false, 1, [1]),
    (3, 102, 'Portfolio', 100.0000, 1, false, 0, []),
    (4, 103, 'Classwork', 30.0000, 1, false, 0, [5]),
    (5, 103, 'Final Exam', 100.0000, 4, false, 0, [6]),
    (6, 103, 'Homework', 20.0000, 2, false, 1, [5]),
    (7, 103, 'Tests', 50.0000, 3, false, 0, [5]);
CREATE TABLE master_composite(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    child_task_id BIGINT NOT NULL,
    child_term_seq INTEGER NOT NULL,
    weight DECIMAL(9,4) NOT NULL);
insert into master_composite values
    (1, 103, 1, 1, 5, 1, 2.0000),
    (2, 103, 1, 1, 6, 1, 1.0000),
    (3, 103, 1, 2, 5, 2, 2.0000),
    (4, 103, 1, 2, 6, 2, 1.0000);
CREATE TABLE master_grade_calc(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    calc_type VARCHAR NOT NULL,
    scale_id BIGINT,
    weight_categories BOOLEAN NOT NULL,
    use_percent BOOLEAN NOT NULL,
    last_n INTEGER,
    cumulative_from_term_seq INTEGER);
insert into master_grade_calc values
    (1, 101, 1, 1, 'in_progress', 1, true, false, null, null),
    (2, 101, 1, 2, 'in_progress', 1, true, false, null, null),
    (3, 102, 1, 1, 'in_progress', 1, true, false, null, null),
    (4, 102, 1, 2, 'in_progress', 1, true, false, null, null),
    (5, 103, 1, 1, 'in_progress', 2, false, false, null, null),
    (6, 103, 1, 2, 'in_progress', 2, false, false, null, null),
    (7, 103, 5, 1, 'in_progress', 2, true, false, null, null),
    (8, 103, 5, 2, 'in_progress', 2, true, false, null, null),
    (9, 103, 6, 1, 'in_progress', 2, false, false, null, null),
    (10, 103, 6, 2, 'in_progress', 2, false, false, null, null);
CREATE TABLE master_task(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    score_group_id BIGINT,
    credit_type VARCHAR,
    credit DECIMAL(9,4),
    term_gpa DECIMAL(9,4),
    is_post_only BOOLEAN NOT NULL,
    "sequence" INTEGER);
insert into master_task values
    (1, 101, 1, 1, null, 0.5000, null, false, 1),
    (2, 101, 2, 1, null, null, null, true, 2),
    (3, 101, 4, 1, null, null, null, false, 3),
    (4, 102, 1, 1, null, 0.5000, null, false, 1),
    (5, 103, 1, null, 'Semester', 0.5000, null, false, 3),
    (6, 103, 2, null, null, null, null, true, 4),
    (7, 103, 5, null, null, null, null, false, 1),
    (8, 103, 6, null, null, null, null, false, 2);
CREATE TABLE posted_grade(
    section_id BIGINT NOT NULL,
    student_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    mark VARCHAR,
    "percent" DECIMAL(9,4),
    "comment" VARCHAR);
insert into posted_grade values
    (301, 90001, 1, 1, 'B', 87.4000, null),
    (301, 90002, 1, 1, 'C', 70.2500, null);
CREATE TABLE school(
    school_id BIGINT NOT NULL,
    number VARCHAR,
    "name" VARCHAR,
    missing_percent DECIMAL(9,4) NOT NULL,
    missing_counts BOOLEAN NOT NULL);
insert into school values
    (1, '010', 'Maple Grove Middle', 0.0000, true);
CREATE TABLE score(
    assignment_id BIGINT NOT NULL,
    student_id BIGINT NOT NULL,
    points DECIMAL(9,3),
    "percent" DECIMAL(9,4),
    is_missing BOOLEAN NOT NULL,
    is_late BOOLEAN NOT NULL,
    is_exempt BOOLEAN NOT NULL,
    is_dropped BOOLEAN NOT NULL,
    is_cheated BOOLEAN NOT NULL,
    is_incomplete BOOLEAN NOT NULL,
    is_turned_in BOOLEAN NOT NULL,
    "comment" VARCHAR);
insert into score values
    (1, 90001, 43.500, null, false, false, false, false, false, false, false, null),
    (1, 90002, 37.000, null, false, false, false, false, false, false, false, null),
    (2, 90001, 10.000, null, false, false, false, false, false, false, false, null),
    (2, 90002, null, null, true, false, false, false, false, false, false, null);
CREATE TABLE score_group(
    score_group_id BIGINT NOT NULL,
    "name" VARCHAR);
insert into score_group values
    (1, 'A to F');
CREATE TABLE section(
    section_id BIGINT NOT NULL,
    course_id BIGINT NOT NULL,
    number VARCHAR,
    teacher_id BIGINT,
    is_advisory BOOLEAN);
insert into section values
    (301, 201, '1', 1, null),
    (302, 202, '1', 1, null),
    (303, 203, '1', 2, null);
CREATE TABLE section_category(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    "name" VARCHAR NOT NULL,
    weight DECIMAL(9,4) NOT NULL,
    "sequence" INTEGER,
    is_excluded BOOLEAN NOT NULL,
    drop_lowest INTEGER NOT NULL,
    task_ids BIGINT[] NOT NULL);
insert into section_category values
    (33, 302, 23, 'Tests', 60.0000, 1, false, 0, [1, 4]),
    (34, 302, 24, 'Homework at home', 40.0000, 2, false, 1, [1]),
    (35, 303, 26, 'Portfolio', 100.0000, 1, false, 0, []),
    (31, 301, 21, 'Tests', 60.0000, 1, false, 0, [1, 4]),
    (32, 301, 22, 'Homework', 40.0000, 2, false, 1, [1]);
CREATE TABLE section_composite(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    child_task_id BIGINT NOT NULL,
    child_term_seq INTEGER NOT NULL,
    weight DECIMAL(9,4) NOT NULL);
CREATE TABLE section_grade_calc(
    row_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    parent_row_id BIGINT,
    task_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    calc_type VARCHAR NOT NULL,
    scale_id BIGINT,
    weight_categories BOOLEAN NOT NULL,
    use_percent BOOLEAN NOT NULL,
    last_n INTEGER,
    cumulative_from_term_seq INTEGER);
insert into section_grade_calc values
    (51, 301, 41, 1, 1, 'in_progress', 1, true, false, null, null),
    (52, 301, 42, 1, 2, 'in_progress', 1, true, false, null, null),
    (53, 302, 43, 1, 1, 'in_progress', 1, true, false, null, null),
    (54, 302, 44, 1, 2, 'in_progress', 1, true, false, null, null),
    (55, 303, 45, 1, 1, 'in_progress', 1, true, false, null, null);
CREATE TABLE section_term(
    section_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL);
insert into section_term values
    (303, 1);
CREATE TABLE teacher(
    teacher_id BIGINT NOT NULL,
    "name" VARCHAR);
insert into teacher values
    (1, 'Teacher 0001'),
    (2, 'Teacher 0003');
CREATE TABLE term(
    calendar_id BIGINT NOT NULL,
    term_seq INTEGER NOT NULL,
    "name" VARCHAR,
    start_date DATE,
    end_date DATE);
insert into term values
    (11, 1, 'S1', '2025-08-18', '2025-12-19'),
    (11, 2, 'S2', '2026-01-05', '2026-05-29'),
    (12, 1, 'S1', '2026-08-17', '2026-12-18'),
    (12, 3, 'S2', '2027-01-04', '2027-05-28');
CREATE TABLE push.category_in_use(
    row_id BIGINT);
insert into push.category_in_use values
    (31),
    (32);
CREATE TABLE push.district(
    layout_version INTEGER,
    district_id VARCHAR,
    made_by VARCHAR,
    made_at TIMESTAMP);
insert into push.district values
    (2, '87aa779e-9e2a-4d0a-b248-933a536650bb', 'load', '2026-11-28 11:47:03');
CREATE TABLE push.drift(
    refresh_id INTEGER,
    hop INTEGER,
    element VARCHAR,
    course_id BIGINT,
    section_id BIGINT,
    "key" VARCHAR,
    field VARCHAR,
    change VARCHAR,
    "before" VARCHAR,
    now VARCHAR);
insert into push.drift values
    (1, 2, 'categories', 202, 302, '{"name":"Homework"}', null, 'removed', '{"name":"Homework","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}', null),
    (1, 2, 'categories', 201, 301, '{"name":"Homework"}', null, 'removed', '{"name":"Homework","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}', null),
    (1, 2, 'categories', 202, 302, '{"name":"Homework at home"}', null, 'added', null, '{"name":"Homework at home","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}'),
    (1, 2, 'categories', 201, 301, '{"name":"Homework at home"}', null, 'added', null, '{"name":"Homework at home","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}');
CREATE TABLE push.finding(
    severity VARCHAR,
    "rule" VARCHAR,
    table_name VARCHAR,
    file VARCHAR,
    line BIGINT,
    column_name VARCHAR,
    "value" VARCHAR,
    message VARCHAR);
insert into push.finding values
    ('repair', 'outer_blanks', 'master_category', 'master_category.csv', null, 'name', '1', 'master_category.csv: 1 value was mended in column name: the blanks around it were taken off. ''Portfolio '' became ''Portfolio''.'),
    ('warning', 'term_not_in_calendar', 'course_grade_calc', 'course_grade_calc.csv', null, null, 'row_id 44; row_id 46; row_id 48; row_id 50; row_id 52', 'course_grade_calc.csv, 5 rows: the row is in a term that the calendar of its course lacks. See row_id 44; row_id 46; row_id 48; row_id 50; row_id 52.'),
    ('warning', 'term_not_in_calendar', 'section_grade_calc', 'section_grade_calc.csv', null, null, 'row_id 54', 'section_grade_calc.csv, 1 row: the row is in a term that the calendar of its course lacks. See row_id 54.'),
    ('warning', 'term_not_in_calendar', 'course_composite', 'course_composite.csv', null, null, 'row_id 3; row_id 4', 'course_composite.csv, 2 rows: the row is in a term that the calendar of its course lacks. See row_id 3; row_id 4.');
CREATE TABLE push.given_table(
    table_name VARCHAR,
    is_given BOOLEAN,
    "source" VARCHAR,
    row_count BIGINT,
    loaded_at TIMESTAMP);
insert into push.given_table values
    ('school', true, 'later/school.csv', 1, '2026-11-28 11:47:27'),
    ('calendar', true, 'later/calendar.csv', 2, '2026-11-28 11:47:27'),
    ('term', true, 'later/term.csv', 4, '2026-11-28 11:47:27'),
    ('catalog', true, 'later/catalog.csv', 1, '2026-11-28 11:47:27'),
    ('catalog_school', true, 'later/catalog_school.csv', 2, '2026-11-28 11:47:27'),
    ('catalog_lock', true, 'later/catalog_lock.csv', 17, '2026-11-28 11:47:27'),
    ('grading_task', true, 'later/grading_task.csv', 6, '2026-11-28 11:47:27'),
    ('assessment_test', false, null, 0, '2026-11-28 11:47:03'),
    ('score_group', true, 'later/score_group.csv', 1, '2026-11-28 11:47:27'),
    ('grading_scale', true, 'later/grading_scale.csv', 2, '2026-11-28 11:47:27'),
    ('grading_scale_mark', true, 'later/grading_scale_mark.csv', 10, '2026-11-28 11:47:27'),
    ('course_master', true, 'later/course_master.csv', 3, '2026-11-28 11:47:27'),
    ('course', true, 'later/course.csv', 4, '2026-11-28 11:47:27'),
    ('teacher', true, 'later/teacher.csv', 2, '2026-11-28 11:47:27'),
    ('section', true, 'later/section.csv', 3, '2026-11-28 11:47:27'),
    ('section_term', true, 'later/section_term.csv', 1, '2026-11-28 11:47:27'),
    ('custom_field', true, 'later/custom_field.csv', 2, '2026-11-28 11:47:27'),
    ('master_task', true, 'later/master_task.csv', 8, '2026-11-28 11:47:27'),
    ('course_task', true, 'later/course_task.csv', 10, '2026-11-28 11:47:27'),
    ('master_assessment', false, null, 0, '2026-11-28 11:47:03'),
    ('course_assessment', false, null, 0, '2026-11-28 11:47:03'),
    ('master_category', true, 'later/master_category.csv', 7, '2026-11-28 11:47:27'),
    ('course_category', true, 'later/course_category.csv', 9, '2026-11-28 11:47:27'),
    ('section_category', true, 'later/section_category.csv', 5, '2026-11-28 11:47:27'),
    ('master_grade_calc', true, 'later/master_grade_calc.csv', 10, '2026-11-28 11:47:27'),
    ('course_grade_calc', true, 'later/course_grade_calc.csv', 12, '2026-11-28 11:47:27'),
    ('section_grade_calc', true, 'later/section_grade_calc.csv', 5, '2026-11-28 11:47:27'),
    ('master_composite', true, 'later/master_composite.csv', 4, '2026-11-28 11:47:27'),
    ('course_composite', true, 'later/course_composite.csv', 4, '2026-11-28 11:47:27'),
    ('section_composite', false, null, 0, '2026-11-28 11:47:03'),
    ('enrollment', true, 'later/enrollment.csv', 4, '2026-11-28 11:47:27'),
    ('assignment', true, 'later/assignment.csv', 2, '2026-11-28 11:47:27'),
    ('assignment_task', true, 'later/assignment_task.csv', 2, '2026-11-28 11:47:27'),
    ('score', true, 'later/score.csv', 4, '2026-11-28 11:47:27'),
    ('posted_grade', true, 'later/posted_grade.csv', 2, '2026-11-28 11:47:27');
CREATE TABLE push.history(
    push_id BIGINT,
    kind VARCHAR,
    title VARCHAR,
    request VARCHAR,
    digest VARCHAR,
    rules_version VARCHAR,
    plan_id VARCHAR,
    "rows" BIGINT,
    undoes BIGINT,
    applied_at TIMESTAMP,
    applied_by VARCHAR);
insert into push.history values
    (1, 'master_push', 'Push All Course Masters, 2026-27, overwrite mode, to courses and sections', '{"all_calendars":true,"assume_unused":false,"blanks":"push","calendars":[12],"catalog_id":1,"courses":null,"data":["course_info","grading_tasks","standards","assessments","categories","composite_grades","grade_calc_options"],"kind":"master_push","masters":null,"mode":"overwrite","release":"current","to_sections":true,"year":2027}', 'dd5242216f8fb32f32000a3809b9605a29ce378f4e60bb6d936b703f6e549ff6', '2026-11', '9847eab518a0', 31, null, '2026-11-28 11:47:14', 'analyst'),
    (2, 'master_push', 'Push All Course Masters, 2025-26, overwrite mode, to courses and sections', '{"all_calendars":true,"assume_unused":false,"blanks":"push","calendars":[11],"catalog_id":1,"courses":null,"data":["course_info","grading_tasks","standards","assessments","categories","composite_grades","grade_calc_options"],"kind":"master_push","masters":null,"mode":"overwrite","release":"current","to_sections":true,"year":2026}', 'c3bf95dfe5a7bd75d9f3bf056a68ef0ddd10c39bca3b7d73c8dcb62d65db1be4', '2026-11', '960f500b5780', 4, null, '2026-11-28 11:47:34', 'analyst');
CREATE TABLE push.history_course(
    push_id BIGINT,
    course_id BIGINT,
    before_number VARCHAR,
    before_name VARCHAR,
    before_description VARCHAR,
    before_state_code VARCHAR,
    before_department VARCHAR,
    before_subject_type VARCHAR,
    before_sced_subject_area VARCHAR,
    before_sced_course_id VARCHAR,
    before_sced_course_level VARCHAR,
    before_sced_lowest_grade VARCHAR,
    before_sced_highest_grade VARCHAR,
    before_terms INTEGER,
    before_schedules INTEGER,
    before_periods INTEGER,
    before_max_students INTEGER,
    before_takes_attendance BOOLEAN,
    before_is_standards_based BOOLEAN,
    before_on_transcript BOOLEAN,
    before_is_advisory BOOLEAN,
    before_is_activity BOOLEAN,
    before_course_type VARCHAR,
    before_honors_code VARCHAR,
    before_gpa_weight DECIMAL(9,4),
    after_number VARCHAR,
    after_name VARCHAR,
    after_description VARCHAR,
    after_state_code VARCHAR,
    after_department VARCHAR,
    after_subject_type VARCHAR,
    after_sced_subject_area VARCHAR,
    after_sced_course_id VARCHAR,
    after_sced_course_level VARCHAR,
    after_sced_lowest_grade VARCHAR,
    after_sced_highest_grade VARCHAR,
    after_terms INTEGER,
    after_schedules INTEGER,
    after_periods INTEGER,
    after_max_students INTEGER,
    after_takes_attendance BOOLEAN,
    after_is_standards_based BOOLEAN,
    after_on_transcript BOOLEAN,
    after_is_advisory BOOLEAN,
    after_is_activity BOOLEAN,
    after_course_type VARCHAR,
    after_honors_code VARCHAR,
    after_gpa_weight DECIMAL(9,4));
insert into push.history_course values
    (1, 202, '02037', 'Mathematics (grade 7)', null, null, 'Mathematics', null, '02', '037', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null, '02037', 'Mathematics (grade 7)', null, '2037M', 'Mathematics', null, '02', '037', null, null, null, null, null, null, null, null, null, null, false, null, null, null, null);
CREATE TABLE push.history_course_assessment(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_is_link_broken BOOLEAN,
    before_test_id BIGINT,
    before_standard_task_id BIGINT,
    before_start_date DATE,
    before_end_date DATE,
    before_copies_forward BOOLEAN,
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_is_link_broken BOOLEAN,
    after_test_id BIGINT,
    after_standard_task_id BIGINT,
    after_start_date DATE,
    after_end_date DATE,
    after_copies_forward BOOLEAN);
CREATE TABLE push.history_course_category(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_is_link_broken BOOLEAN,
    before_name VARCHAR,
    before_weight DECIMAL(9,4),
    before_sequence INTEGER,
    before_is_excluded BOOLEAN,
    before_drop_lowest INTEGER,
    before_task_ids BIGINT[],
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_is_link_broken BOOLEAN,
    after_name VARCHAR,
    after_weight DECIMAL(9,4),
    after_sequence INTEGER,
    after_is_excluded BOOLEAN,
    after_drop_lowest INTEGER,
    after_task_ids BIGINT[]);
insert into push.history_course_category values
    (1, 'categories', 'update', false, 23, 202, 1, false, 'Tests', 50.0000, 1, false, 0, [1], 202, 1, false, 'Tests', 60.0000, 1, false, 0, [1, 4]),
    (1, 'categories', 'relink', false, 24, 202, 2, true, 'Homework', 30.0000, 2, false, 0, [1], 202, 2, false, 'Homework', 40.0000, 2, false, 1, [1]),
    (1, 'categories', 'delete', false, 25, 202, null, false, 'Math Journal', 20.0000, 3, false, 0, [], null, null, null, null, null, null, null, null, null),
    (1, 'categories', 'insert', false, 27, null, null, null, null, null, null, null, null, null, 204, 4, false, 'Classwork', 30.0000, 1, false, 0, [5]),
    (1, 'categories', 'insert', false, 28, null, null, null, null, null, null, null, null, null, 204, 5, false, 'Final Exam', 100.0000, 4, false, 0, [6]),
    (1, 'categories', 'insert', false, 29, null, null, null, null, null, null, null, null, null, 204, 6, false, 'Homework', 20.0000, 2, false, 1, [5]),
    (1, 'categories', 'insert', false, 30, null, null, null, null, null, null, null, null, null, 204, 7, false, 'Tests', 50.0000, 3, false, 0, [5]),
    (2, 'categories', 'update', false, 21, 201, 1, false, 'Tests', 60.0000, 1, false, 0, [1], 201, 1, false, 'Tests', 60.0000, 1, false, 0, [1, 4]);
CREATE TABLE push.history_course_composite(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_is_link_broken BOOLEAN,
    before_task_id BIGINT,
    before_term_seq INTEGER,
    before_child_task_id BIGINT,
    before_child_term_seq INTEGER,
    before_weight DECIMAL(9,4),
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_is_link_broken BOOLEAN,
    after_task_id BIGINT,
    after_term_seq INTEGER,
    after_child_task_id BIGINT,
    after_child_term_seq INTEGER,
    after_weight DECIMAL(9,4));
insert into push.history_course_composite values
    (1, 'composite_grades', 'insert', false, 1, null, null, null, null, null, null, null, null, 204, 1, false, 1, 1, 5, 1, 2.0000),
    (1, 'composite_grades', 'insert', false, 2, null, null, null, null, null, null, null, null, 204, 2, false, 1, 1, 6, 1, 1.0000),
    (1, 'composite_grades', 'insert', false, 3, null, null, null, null, null, null, null, null, 204, 3, false, 1, 2, 5, 2, 2.0000),
    (1, 'composite_grades', 'insert', false, 4, null, null, null, null, null, null, null, null, 204, 4, false, 1, 2, 6, 2, 1.0000);
CREATE TABLE push.history_course_grade_calc(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_is_link_broken BOOLEAN,
    before_task_id BIGINT,
    before_term_seq INTEGER,
    before_calc_type VARCHAR,
    before_scale_id BIGINT,
    before_weight_categories BOOLEAN,
    before_use_percent BOOLEAN,
    before_last_n INTEGER,
    before_cumulative_from_term_seq INTEGER,
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_is_link_broken BOOLEAN,
    after_task_id BIGINT,
    after_term_seq INTEGER,
    after_calc_type VARCHAR,
    after_scale_id BIGINT,
    after_weight_categories BOOLEAN,
    after_use_percent BOOLEAN,
    after_last_n INTEGER,
    after_cumulative_from_term_seq INTEGER);
insert into push.history_course_grade_calc values
    (1, 'grade_calc_options', 'update', false, 44, 202, 2, false, 1, 2, 'in_progress', 1, false, false, null, null, 202, 2, false, 1, 2, 'in_progress', 1, true, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 45, null, null, null, null, null, null, null, null, null, null, null, 203, 3, false, 1, 1, 'in_progress', 1, true, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 46, null, null, null, null, null, null, null, null, null, null, null, 203, 4, false, 1, 2, 'in_progress', 1, true, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 47, null, null, null, null, null, null, null, null, null, null, null, 204, 5, false, 1, 1, 'in_progress', 2, false, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 48, null, null, null, null, null, null, null, null, null, null, null, 204, 6, false, 1, 2, 'in_progress', 2, false, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 49, null, null, null, null, null, null, null, null, null, null, null, 204, 7, false, 5, 1, 'in_progress', 2, true, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 50, null, null, null, null, null, null, null, null, null, null, null, 204, 8, false, 5, 2, 'in_progress', 2, true, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 51, null, null, null, null, null, null, null, null, null, null, null, 204, 9, false, 6, 1, 'in_progress', 2, false, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 52, null, null, null, null, null, null, null, null, null, null, null, 204, 10, false, 6, 2, 'in_progress', 2, false, false, null, null);
CREATE TABLE push.history_course_task(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_is_link_broken BOOLEAN,
    before_task_id BIGINT,
    before_score_group_id BIGINT,
    before_credit_type VARCHAR,
    before_credit DECIMAL(9,4),
    before_term_gpa DECIMAL(9,4),
    before_is_post_only BOOLEAN,
    before_sequence INTEGER,
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_is_link_broken BOOLEAN,
    after_task_id BIGINT,
    after_score_group_id BIGINT,
    after_credit_type VARCHAR,
    after_credit DECIMAL(9,4),
    after_term_gpa DECIMAL(9,4),
    after_is_post_only BOOLEAN,
    after_sequence INTEGER);
insert into push.history_course_task values
    (1, 'standards', 'insert', false, 16, null, null, null, null, null, null, null, null, null, null, 202, 3, false, 4, 1, null, null, null, false, 3),
    (1, 'grading_tasks', 'insert', false, 17, null, null, null, null, null, null, null, null, null, null, 204, 5, false, 1, null, 'Semester', 0.5000, null, false, 3),
    (1, 'grading_tasks', 'insert', false, 18, null, null, null, null, null, null, null, null, null, null, 204, 6, false, 2, null, null, null, null, true, 4),
    (1, 'grading_tasks', 'insert', false, 19, null, null, null, null, null, null, null, null, null, null, 204, 7, false, 5, null, null, null, null, false, 1),
    (1, 'grading_tasks', 'insert', false, 20, null, null, null, null, null, null, null, null, null, null, 204, 8, false, 6, null, null, null, null, false, 2),
    (2, 'standards', 'insert', false, 21, null, null, null, null, null, null, null, null, null, null, 201, 3, false, 4, 1, null, null, null, false, 3);
CREATE TABLE push.history_custom_field(
    push_id BIGINT,
    course_id BIGINT,
    field VARCHAR,
    had_row BOOLEAN,
    has_row BOOLEAN,
    before_value VARCHAR,
    after_value VARCHAR);
insert into push.history_custom_field values
    (1, 203, 'elective_group', true, true, null, 'Arts');
CREATE TABLE push.history_row(
    push_id BIGINT,
    hop INTEGER,
    element VARCHAR,
    verdict VARCHAR,
    reason VARCHAR,
    link VARCHAR,
    course_id BIGINT,
    section_id BIGINT,
    row_id BIGINT,
    parent_row_id BIGINT,
    "key" VARCHAR,
    field VARCHAR,
    "before" VARCHAR,
    "after" VARCHAR);
insert into push.history_row values
    (1, 1, 'grading_tasks', 'insert', null, null, 204, null, null, 5, '{"task_id":1}', null, null, '{"task_id":1,"score_group_id":null,"credit_type":"Semester","credit":"0.5000","term_gpa":null,"is_post_only":false,"sequence":3}'),
    (1, 1, 'grading_tasks', 'insert', null, null, 204, null, null, 6, '{"task_id":2}', null, null, '{"task_id":2,"score_group_id":null,"credit_type":null,"credit":null,"term_gpa":null,"is_post_only":true,"sequence":4}'),
    (1, 1, 'grading_tasks', 'insert', null, null, 204, null, null, 7, '{"task_id":5}', null, null, '{"task_id":5,"score_group_id":null,"credit_type":null,"credit":null,"term_gpa":null,"is_post_only":false,"sequence":1}'),
    (1, 1, 'grading_tasks', 'insert', null, null, 204, null, null, 8, '{"task_id":6}', null, null, '{"task_id":6,"score_group_id":null,"credit_type":null,"credit":null,"term_gpa":null,"is_post_only":false,"sequence":2}'),
    (1, 1, 'standards', 'insert', null, null, 202, null, null, 3, '{"task_id":4}', null, null, '{"task_id":4,"score_group_id":1,"credit_type":null,"credit":null,"term_gpa":null,"is_post_only":false,"sequence":3}'),
    (1, 1, 'categories', 'update', null, 'linked', 202, null, 23, 1, '{"name":"Tests"}', null, '{"name":"Tests","weight":"50.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1]}', '{"name":"Tests","weight":"60.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1,4]}'),
    (1, 1, 'categories', 'relink', null, 'broken', 202, null, 24, 2, '{"name":"Homework"}', null, '{"name":"Homework","weight":"30.0000","sequence":2,"is_excluded":false,"drop_lowest":0,"task_ids":[1]}', '{"name":"Homework","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}'),
    (1, 1, 'categories', 'insert', null, null, 204, null, null, 4, '{"name":"Classwork"}', null, null, '{"name":"Classwork","weight":"30.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[5]}'),
    (1, 1, 'categories', 'insert', null, null, 204, null, null, 5, '{"name":"Final Exam"}', null, null, '{"name":"Final Exam","weight":"100.0000","sequence":4,"is_excluded":false,"drop_lowest":0,"task_ids":[6]}'),
    (1, 1, 'categories', 'insert', null, null, 204, null, null, 6, '{"name":"Homework"}', null, null, '{"name":"Homework","weight":"20.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[5]}'),
    (1, 1, 'categories', 'insert', null, null, 204, null, null, 7, '{"name":"Tests"}', null, null, '{"name":"Tests","weight":"50.0000","sequence":3,"is_excluded":false,"drop_lowest":0,"task_ids":[5]}'),
    (1, 1, 'categories', 'delete', null, 'local', 202, null, 25, null, '{"name":"Math Journal"}', null, '{"name":"Math Journal","weight":"20.0000","sequence":3,"is_excluded":false,"drop_lowest":0,"task_ids":[]}', null),
    (1, 1, 'composite_grades', 'insert', null, null, 204, null, null, 1, '{"task_id":1,"term_seq":1,"child_task_id":5,"child_term_seq":1}', null, null, '{"task_id":1,"term_seq":1,"child_task_id":5,"child_term_seq":1,"weight":"2.0000"}'),
    (1, 1, 'composite_grades', 'insert', null, null, 204, null, null, 2, '{"task_id":1,"term_seq":1,"child_task_id":6,"child_term_seq":1}', null, null, '{"task_id":1,"term_seq":1,"child_task_id":6,"child_term_seq":1,"weight":"1.0000"}'),
    (1, 1, 'composite_grades', 'insert', null, null, 204, null, null, 3, '{"task_id":1,"term_seq":2,"child_task_id":5,"child_term_seq":2}', null, null, '{"task_id":1,"term_seq":2,"child_task_id":5,"child_term_seq":2,"weight":"2.0000"}'),
    (1, 1, 'composite_grades', 'insert', null, null, 204, null, null, 4, '{"task_id":1,"term_seq":2,"child_task_id":6,"child_term_seq":2}', null, null, '{"task_id":1,"term_seq":2,"child_task_id":6,"child_term_seq":2,"weight":"1.0000"}'),
    (1, 1, 'grade_calc_options', 'update', null, 'linked', 202, null, 44, 2, '{"task_id":1,"term_seq":2}', null, '{"task_id":1,"term_seq":2,"calc_type":"in_progress","scale_id":1,"weight_categories":false,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}', '{"task_id":1,"term_seq":2,"calc_type":"in_progress","scale_id":1,"weight_categories":true,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 203, null, null, 3, '{"task_id":1,"term_seq":1}', null, null, '{"task_id":1,"term_seq":1,"calc_type":"in_progress","scale_id":1,"weight_categories":true,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 203, null, null, 4, '{"task_id":1,"term_seq":2}', null, null, '{"task_id":1,"term_seq":2,"calc_type":"in_progress","scale_id":1,"weight_categories":true,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 204, null, null, 5, '{"task_id":1,"term_seq":1}', null, null, '{"task_id":1,"term_seq":1,"calc_type":"in_progress","scale_id":2,"weight_categories":false,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 204, null, null, 6, '{"task_id":1,"term_seq":2}', null, null, '{"task_id":1,"term_seq":2,"calc_type":"in_progress","scale_id":2,"weight_categories":false,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 204, null, null, 7, '{"task_id":5,"term_seq":1}', null, null, '{"task_id":5,"term_seq":1,"calc_type":"in_progress","scale_id":2,"weight_categories":true,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 204, null, null, 8, '{"task_id":5,"term_seq":2}', null, null, '{"task_id":5,"term_seq":2,"calc_type":"in_progress","scale_id":2,"weight_categories":true,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 204, null, null, 9, '{"task_id":6,"term_seq":1}', null, null, '{"task_id":6,"term_seq":1,"calc_type":"in_progress","scale_id":2,"weight_categories":false,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'grade_calc_options', 'insert', null, null, 204, null, null, 10, '{"task_id":6,"term_seq":2}', null, null, '{"task_id":6,"term_seq":2,"calc_type":"in_progress","scale_id":2,"weight_categories":false,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 2, 'categories', 'update', null, 'linked', 202, 302, 33, 23, '{"name":"Tests"}', null, '{"name":"Tests","weight":"50.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1]}', '{"name":"Tests","weight":"60.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1,4]}'),
    (1, 2, 'categories', 'relink', null, 'local', 202, 302, 34, 24, '{"name":"Homework"}', null, '{"name":"Homework","weight":"50.0000","sequence":2,"is_excluded":false,"drop_lowest":0,"task_ids":[]}', '{"name":"Homework","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}'),
    (1, 2, 'grade_calc_options', 'insert', null, null, 202, 302, null, 44, '{"task_id":1,"term_seq":2}', null, null, '{"task_id":1,"term_seq":2,"calc_type":"in_progress","scale_id":1,"weight_categories":true,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 2, 'grade_calc_options', 'insert', null, null, 203, 303, null, null, '{"task_id":1,"term_seq":1}', null, null, '{"task_id":1,"term_seq":1,"calc_type":"in_progress","scale_id":1,"weight_categories":true,"use_percent":false,"last_n":null,"cumulative_from_term_seq":null}'),
    (1, 1, 'course_info', 'update', null, null, 202, null, null, null, null, 'state_code', 'null', '"2037M"'),
    (1, 1, 'course_info', 'update', null, null, 203, null, null, null, null, 'custom.elective_group', 'null', '"Arts"'),
    (2, 1, 'standards', 'insert', null, null, 201, null, null, 3, '{"task_id":4}', null, null, '{"task_id":4,"score_group_id":1,"credit_type":null,"credit":null,"term_gpa":null,"is_post_only":false,"sequence":3}'),
    (2, 1, 'categories', 'update', null, 'linked', 201, null, 21, 1, '{"name":"Tests"}', null, '{"name":"Tests","weight":"60.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1]}', '{"name":"Tests","weight":"60.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1,4]}'),
    (2, 2, 'categories', 'update', null, 'linked', 201, 301, 31, 21, '{"name":"Tests"}', null, '{"name":"Tests","weight":"60.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1]}', '{"name":"Tests","weight":"60.0000","sequence":1,"is_excluded":false,"drop_lowest":0,"task_ids":[1,4]}'),
    (2, 2, 'categories', 'update', null, 'linked', 201, 301, 32, 22, '{"name":"Homework"}', null, '{"name":"Homework at home","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}', '{"name":"Homework","weight":"40.0000","sequence":2,"is_excluded":false,"drop_lowest":1,"task_ids":[1]}');
CREATE TABLE push.history_section(
    push_id BIGINT,
    section_id BIGINT,
    before_is_advisory BOOLEAN,
    after_is_advisory BOOLEAN);
CREATE TABLE push.history_section_category(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_name VARCHAR,
    before_weight DECIMAL(9,4),
    before_sequence INTEGER,
    before_is_excluded BOOLEAN,
    before_drop_lowest INTEGER,
    before_task_ids BIGINT[],
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_name VARCHAR,
    after_weight DECIMAL(9,4),
    after_sequence INTEGER,
    after_is_excluded BOOLEAN,
    after_drop_lowest INTEGER,
    after_task_ids BIGINT[]);
insert into push.history_section_category values
    (1, 'categories', 'update', false, 33, 302, 23, 'Tests', 50.0000, 1, false, 0, [1], 302, 23, 'Tests', 60.0000, 1, false, 0, [1, 4]),
    (1, 'categories', 'relink', false, 34, 302, null, 'Homework', 50.0000, 2, false, 0, [], 302, 24, 'Homework', 40.0000, 2, false, 1, [1]),
    (2, 'categories', 'update', false, 31, 301, 21, 'Tests', 60.0000, 1, false, 0, [1], 301, 21, 'Tests', 60.0000, 1, false, 0, [1, 4]),
    (2, 'categories', 'update', false, 32, 301, 22, 'Homework at home', 40.0000, 2, false, 1, [1], 301, 22, 'Homework', 40.0000, 2, false, 1, [1]);
CREATE TABLE push.history_section_composite(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_task_id BIGINT,
    before_term_seq INTEGER,
    before_child_task_id BIGINT,
    before_child_term_seq INTEGER,
    before_weight DECIMAL(9,4),
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_task_id BIGINT,
    after_term_seq INTEGER,
    after_child_task_id BIGINT,
    after_child_term_seq INTEGER,
    after_weight DECIMAL(9,4));
CREATE TABLE push.history_section_grade_calc(
    push_id BIGINT,
    element VARCHAR,
    verdict VARCHAR,
    was_used BOOLEAN,
    row_id BIGINT,
    before_owner_id BIGINT,
    before_parent_row_id BIGINT,
    before_task_id BIGINT,
    before_term_seq INTEGER,
    before_calc_type VARCHAR,
    before_scale_id BIGINT,
    before_weight_categories BOOLEAN,
    before_use_percent BOOLEAN,
    before_last_n INTEGER,
    before_cumulative_from_term_seq INTEGER,
    after_owner_id BIGINT,
    after_parent_row_id BIGINT,
    after_task_id BIGINT,
    after_term_seq INTEGER,
    after_calc_type VARCHAR,
    after_scale_id BIGINT,
    after_weight_categories BOOLEAN,
    after_use_percent BOOLEAN,
    after_last_n INTEGER,
    after_cumulative_from_term_seq INTEGER);
insert into push.history_section_grade_calc values
    (1, 'grade_calc_options', 'insert', false, 54, null, null, null, null, null, null, null, null, null, null, 302, 44, 1, 2, 'in_progress', 1, true, false, null, null),
    (1, 'grade_calc_options', 'insert', false, 55, null, null, null, null, null, null, null, null, null, null, 303, 45, 1, 1, 'in_progress', 1, true, false, null, null);
CREATE TABLE push."refresh"(
    refresh_id INTEGER,
    made_by VARCHAR,
    made_at TIMESTAMP,
    last_push_id BIGINT);
insert into push.refresh values
    (1, 'refresh', '2026-11-28 11:47:27', 1);
CREATE TABLE push.refresh_table(
    refresh_id INTEGER,
    table_name VARCHAR,
    rows_before BIGINT,
    rows_after BIGINT,
    by_our_push BIGINT,
    not_carried_out BIGINT,
    added BIGINT,
    removed BIGINT,
    changed BIGINT);
insert into push.refresh_table values
    (1, 'school', 1, 1, 0, 0, 0, 0, 0),
    (1, 'calendar', 2, 2, 0, 0, 0, 0, 0),
    (1, 'term', 4, 4, 0, 0, 1, 1, 0),
    (1, 'catalog', 1, 1, 0, 0, 0, 0, 0),
    (1, 'catalog_school', 2, 2, 0, 0, 0, 0, 0),
    (1, 'catalog_lock', 17, 17, 0, 0, 0, 0, 0),
    (1, 'grading_task', 6, 6, 0, 0, 0, 0, 0),
    (1, 'score_group', 1, 1, 0, 0, 0, 0, 0),
    (1, 'grading_scale', 2, 2, 0, 0, 0, 0, 0),
    (1, 'grading_scale_mark', 10, 10, 0, 0, 0, 0, 0),
    (1, 'course_master', 3, 3, 0, 0, 0, 0, 0),
    (1, 'course', 4, 4, 1, 0, 0, 0, 0),
    (1, 'teacher', 2, 2, 0, 0, 0, 0, 1),
    (1, 'section', 3, 3, 0, 0, 0, 0, 0),
    (1, 'section_term', 1, 1, 0, 0, 0, 0, 0),
    (1, 'custom_field', 2, 2, 1, 0, 0, 0, 0),
    (1, 'master_task', 8, 8, 0, 0, 0, 0, 0),
    (1, 'course_task', 10, 10, 5, 0, 0, 0, 0),
    (1, 'master_category', 7, 7, 0, 0, 0, 0, 0),
    (1, 'course_category', 9, 9, 7, 0, 0, 0, 0),
    (1, 'section_category', 5, 5, 1, 0, 2, 2, 0),
    (1, 'master_grade_calc', 10, 10, 0, 0, 0, 0, 0),
    (1, 'course_grade_calc', 12, 12, 9, 0, 0, 0, 0),
    (1, 'section_grade_calc', 5, 5, 2, 0, 0, 0, 0),
    (1, 'master_composite', 4, 4, 0, 0, 0, 0, 0),
    (1, 'course_composite', 4, 4, 4, 0, 0, 0, 0),
    (1, 'enrollment', 4, 4, 0, 0, 0, 0, 0),
    (1, 'assignment', 2, 2, 0, 0, 0, 0, 1),
    (1, 'assignment_task', 2, 2, 0, 0, 0, 0, 0),
    (1, 'score', 4, 4, 0, 0, 0, 0, 0),
    (1, 'posted_grade', 2, 2, 0, 0, 0, 0, 0);
CREATE TABLE push.repair(
    table_name VARCHAR,
    file VARCHAR,
    line BIGINT,
    row_id BIGINT,
    column_name VARCHAR,
    "rule" VARCHAR,
    "before" VARCHAR,
    "after" VARCHAR);
insert into push.repair values
    ('master_category', 'master_category.csv', 4, 3, 'name', 'outer_blanks', 'Portfolio ', 'Portfolio');
CREATE TABLE push.scaffolded(
    table_name VARCHAR,
    "key" VARCHAR);
insert into push.scaffolded values
    ('catalog_lock', '1/assessments'),
    ('catalog_lock', '1/composite_grades'),
    ('catalog_lock', '1/composite_weights'),
    ('catalog_lock', '1/course_info.department'),
    ('catalog_lock', '1/course_info.description'),
    ('catalog_lock', '1/course_info.sced_course_id'),
    ('catalog_lock', '1/course_info.sced_course_level'),
    ('catalog_lock', '1/course_info.sced_highest_grade'),
    ('catalog_lock', '1/course_info.sced_lowest_grade'),
    ('catalog_lock', '1/course_info.sced_subject_area'),
    ('catalog_lock', '1/course_info.subject_type'),
    ('grading_scale', '2'),
    ('grading_scale_mark', '2/A'),
    ('grading_scale_mark', '2/B'),
    ('grading_scale_mark', '2/C'),
    ('grading_scale_mark', '2/D'),
    ('grading_scale_mark', '2/F'),
    ('grading_task', '5'),
    ('grading_task', '6'),
    ('master_task', '5'),
    ('master_task', '6'),
    ('master_task', '7'),
    ('master_task', '8'),
    ('master_category', '4'),
    ('master_category', '5'),
    ('master_category', '6'),
    ('master_category', '7'),
    ('master_composite', '1'),
    ('master_composite', '2'),
    ('master_composite', '3'),
    ('master_composite', '4'),
    ('master_grade_calc', '10'),
    ('master_grade_calc', '5'),
    ('master_grade_calc', '6'),
    ('master_grade_calc', '7'),
    ('master_grade_calc', '8'),
    ('master_grade_calc', '9');
CREATE TABLE push.scenario(
    scenario INTEGER,
    question VARCHAR,
    request VARCHAR,
    look_at VARCHAR,
    expect VARCHAR);
CREATE TABLE push.source_key(
    table_name VARCHAR,
    source_key VARCHAR,
    id BIGINT);
CREATE TABLE push."work"(
    section_id BIGINT,
    task_id BIGINT,
    terms INTEGER[]);
comment on table push.work is 'assignment: 2 rows, assignment_task: 2 rows, posted_grade: 2 rows, score: 4 rows';
insert into push.work values
    (301, 1, [1]);
