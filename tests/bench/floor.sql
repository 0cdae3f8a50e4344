-- The floor: the least that a push over a district has to read and write, in plain SQL, without any of the rules.
--
-- Each section is one statement, run over plain DuckDB with the memory and threads that coursepush has.
--
-- whole/    compares every course with its course master and every section with its course, the whole district
--           over, and lists students' work once.
-- reached/  the same for the courses and sections that one push reaches: those of $catalog in $year.
-- writes/   writes the rows that a push changed, with typed history, in one transaction. They are in `staged`
--           beforehand, in tables called as the history's.
--
-- What a section counts are rows that one of the two levels lacks or that differ in any value. Keys are compared
-- too, so that a row that is missing counts even where all its other values are empty.

-- name: whole/hop_1_course_info
-- one row: how many courses have an attribute that differs from the course master's
select count(*) filter (
    where l.number is distinct from u.number
        or l.name is distinct from u.name
        or l.description is distinct from u.description
        or l.state_code is distinct from u.state_code
        or l.department is distinct from u.department
        or l.subject_type is distinct from u.subject_type
        or l.sced_subject_area is distinct from u.sced_subject_area
        or l.sced_course_id is distinct from u.sced_course_id
        or l.sced_course_level is distinct from u.sced_course_level
        or l.sced_lowest_grade is distinct from u.sced_lowest_grade
        or l.sced_highest_grade is distinct from u.sced_highest_grade
        or l.terms is distinct from u.terms
        or l.schedules is distinct from u.schedules
        or l.periods is distinct from u.periods
        or l.max_students is distinct from u.max_students
        or l.takes_attendance is distinct from u.takes_attendance
        or l.is_standards_based is distinct from u.is_standards_based
        or l.on_transcript is distinct from u.on_transcript
        or l.is_advisory is distinct from u.is_advisory
        or l.is_activity is distinct from u.is_activity
        or l.course_type is distinct from u.course_type
        or l.honors_code is distinct from u.honors_code
        or l.gpa_weight is distinct from u.gpa_weight
)
from course as l
join course_master as u on u.master_id = l.master_id

-- name: whole/hop_1_custom_field
-- one row: how many district-defined fields of courses are missing, extra or different
select count(*) filter (where l.field is distinct from u.field or l.value is distinct from u.value)
from (select * from custom_field where level = 'course') as l
full join (
    select c.course_id as owner_id, f.field, f.value
    from course as c
    join custom_field as f on f.level = 'master' and f.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.field = l.field

-- name: whole/hop_1_task
-- one row: how many grading tasks and standards of courses are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.score_group_id is distinct from u.score_group_id
        or l.credit_type is distinct from u.credit_type
        or l.credit is distinct from u.credit
        or l.term_gpa is distinct from u.term_gpa
        or l.is_post_only is distinct from u.is_post_only
        or l.sequence is distinct from u.sequence
)
from course_task as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from course as c
    join master_task as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id

-- name: whole/hop_1_assessment
-- one row: how many assessments of courses are missing, extra or different
select count(*) filter (
    where l.test_id is distinct from u.test_id
        or l.standard_task_id is distinct from u.standard_task_id
        or l.start_date is distinct from u.start_date
        or l.end_date is distinct from u.end_date
        or l.copies_forward is distinct from u.copies_forward
)
from course_assessment as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from course as c
    join master_assessment as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.test_id = l.test_id

-- name: whole/hop_1_category
-- one row: how many categories of courses are missing, extra or different
select count(*) filter (
    where l.name is distinct from u.name
        or l.weight is distinct from u.weight
        or l.sequence is distinct from u.sequence
        or l.is_excluded is distinct from u.is_excluded
        or l.drop_lowest is distinct from u.drop_lowest
        or l.task_ids is distinct from u.task_ids
)
from course_category as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from course as c
    join master_category as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and lower(u.name) = lower(l.name)

-- name: whole/hop_1_composite
-- one row: how many composite grades of courses are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.child_task_id is distinct from u.child_task_id
        or l.child_term_seq is distinct from u.child_term_seq
        or l.weight is distinct from u.weight
)
from course_composite as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from course as c
    join master_composite as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq
    and u.child_task_id = l.child_task_id
    and u.child_term_seq = l.child_term_seq

-- name: whole/hop_1_grade_calc
-- one row: how many calculation options of courses are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.calc_type is distinct from u.calc_type
        or l.scale_id is distinct from u.scale_id
        or l.weight_categories is distinct from u.weight_categories
        or l.use_percent is distinct from u.use_percent
        or l.last_n is distinct from u.last_n
        or l.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
)
from course_grade_calc as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from course as c
    join master_grade_calc as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq

-- name: whole/hop_2_category
-- one row: how many categories of sections are missing, extra or different
select count(*) filter (
    where l.name is distinct from u.name
        or l.weight is distinct from u.weight
        or l.sequence is distinct from u.sequence
        or l.is_excluded is distinct from u.is_excluded
        or l.drop_lowest is distinct from u.drop_lowest
        or l.task_ids is distinct from u.task_ids
)
from section_category as l
full join (
    select s.section_id as owner_id, r.* exclude (owner_id)
    from section as s
    join course_category as r on r.owner_id = s.course_id
) as u
    on u.owner_id = l.owner_id
    and lower(u.name) = lower(l.name)

-- name: whole/hop_2_composite
-- one row: how many composite grades of sections are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.child_task_id is distinct from u.child_task_id
        or l.child_term_seq is distinct from u.child_term_seq
        or l.weight is distinct from u.weight
)
from section_composite as l
full join (
    select s.section_id as owner_id, r.* exclude (owner_id)
    from section as s
    join course_composite as r on r.owner_id = s.course_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq
    and u.child_task_id = l.child_task_id
    and u.child_term_seq = l.child_term_seq

-- name: whole/hop_2_grade_calc
-- one row: how many calculation options of sections are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.calc_type is distinct from u.calc_type
        or l.scale_id is distinct from u.scale_id
        or l.weight_categories is distinct from u.weight_categories
        or l.use_percent is distinct from u.use_percent
        or l.last_n is distinct from u.last_n
        or l.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
)
from section_grade_calc as l
full join (
    select s.section_id as owner_id, r.* exclude (owner_id)
    from section as s
    join course_grade_calc as r on r.owner_id = s.course_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq

-- name: whole/hop_2_advisory
-- one row: how many sections have another advisory flag than their course
select count(*) filter (where coalesce(l.is_advisory, false) <> coalesce(u.is_advisory, false))
from section as l
join course as u on u.course_id = l.course_id

-- name: whole/work_assignment
-- one row: how many tasks and terms of sections have an assignment
select count(*)
from (
    select distinct a.section_id, t.task_id, t.term_seq
    from assignment_task as t
    join assignment as a on a.assignment_id = t.assignment_id
)

-- name: whole/work_posted_grade
-- one row: how many tasks and terms of sections have a posted grade
select count(*)
from (
    select distinct g.section_id, g.task_id, g.term_seq
    from posted_grade as g
)

-- name: whole/work_category
-- one row: how many categories of sections have an assignment
select count(*)
from (
    select distinct a.category_row_id
    from assignment as a
)

-- name: reached/scope_course
-- one row a course that the push reaches
create or replace temp table scope_course as
select c.course_id, c.calendar_id, c.master_id
from course as c
join course_master as m on m.master_id = c.master_id and m.is_active
join catalog as g on g.catalog_id = m.catalog_id and g.name = $catalog
join calendar as k on k.calendar_id = c.calendar_id and k.end_year = $year and not k.is_summer
join catalog_school as h
    on h.school_id = k.school_id and h.end_year = k.end_year and h.catalog_id = g.catalog_id
where not c.ignore_master_push

-- name: reached/scope_section
-- one row a section of these courses
create or replace temp table scope_section as
select s.section_id, s.course_id, s.is_advisory
from section as s
semi join scope_course as c on c.course_id = s.course_id

-- name: reached/hop_1_course_info
-- one row: how many courses have an attribute that differs from the course master's
select count(*) filter (
    where l.number is distinct from u.number
        or l.name is distinct from u.name
        or l.description is distinct from u.description
        or l.state_code is distinct from u.state_code
        or l.department is distinct from u.department
        or l.subject_type is distinct from u.subject_type
        or l.sced_subject_area is distinct from u.sced_subject_area
        or l.sced_course_id is distinct from u.sced_course_id
        or l.sced_course_level is distinct from u.sced_course_level
        or l.sced_lowest_grade is distinct from u.sced_lowest_grade
        or l.sced_highest_grade is distinct from u.sced_highest_grade
        or l.terms is distinct from u.terms
        or l.schedules is distinct from u.schedules
        or l.periods is distinct from u.periods
        or l.max_students is distinct from u.max_students
        or l.takes_attendance is distinct from u.takes_attendance
        or l.is_standards_based is distinct from u.is_standards_based
        or l.on_transcript is distinct from u.on_transcript
        or l.is_advisory is distinct from u.is_advisory
        or l.is_activity is distinct from u.is_activity
        or l.course_type is distinct from u.course_type
        or l.honors_code is distinct from u.honors_code
        or l.gpa_weight is distinct from u.gpa_weight
)
from course as l
semi join scope_course as c on c.course_id = l.course_id
join course_master as u on u.master_id = l.master_id

-- name: reached/hop_1_custom_field
-- one row: how many district-defined fields of courses are missing, extra or different
select count(*) filter (where l.field is distinct from u.field or l.value is distinct from u.value)
from (
    select f.*
    from custom_field as f
    semi join scope_course as c on c.course_id = f.owner_id
    where f.level = 'course'
) as l
full join (
    select c.course_id as owner_id, f.field, f.value
    from scope_course as c
    join custom_field as f on f.level = 'master' and f.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.field = l.field

-- name: reached/hop_1_task
-- one row: how many grading tasks and standards of courses are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.score_group_id is distinct from u.score_group_id
        or l.credit_type is distinct from u.credit_type
        or l.credit is distinct from u.credit
        or l.term_gpa is distinct from u.term_gpa
        or l.is_post_only is distinct from u.is_post_only
        or l.sequence is distinct from u.sequence
)
from (
    select r.*
    from course_task as r
    semi join scope_course as c on c.course_id = r.owner_id
) as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from scope_course as c
    join master_task as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id

-- name: reached/hop_1_assessment
-- one row: how many assessments of courses are missing, extra or different
select count(*) filter (
    where l.test_id is distinct from u.test_id
        or l.standard_task_id is distinct from u.standard_task_id
        or l.start_date is distinct from u.start_date
        or l.end_date is distinct from u.end_date
        or l.copies_forward is distinct from u.copies_forward
)
from (
    select r.*
    from course_assessment as r
    semi join scope_course as c on c.course_id = r.owner_id
) as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from scope_course as c
    join master_assessment as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.test_id = l.test_id

-- name: reached/hop_1_category
-- one row: how many categories of courses are missing, extra or different
select count(*) filter (
    where l.name is distinct from u.name
        or l.weight is distinct from u.weight
        or l.sequence is distinct from u.sequence
        or l.is_excluded is distinct from u.is_excluded
        or l.drop_lowest is distinct from u.drop_lowest
        or l.task_ids is distinct from u.task_ids
)
from (
    select r.*
    from course_category as r
    semi join scope_course as c on c.course_id = r.owner_id
) as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from scope_course as c
    join master_category as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and lower(u.name) = lower(l.name)

-- name: reached/hop_1_composite
-- one row: how many composite grades of courses are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.child_task_id is distinct from u.child_task_id
        or l.child_term_seq is distinct from u.child_term_seq
        or l.weight is distinct from u.weight
)
from (
    select r.*
    from course_composite as r
    semi join scope_course as c on c.course_id = r.owner_id
) as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from scope_course as c
    join master_composite as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq
    and u.child_task_id = l.child_task_id
    and u.child_term_seq = l.child_term_seq

-- name: reached/hop_1_grade_calc
-- one row: how many calculation options of courses are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.calc_type is distinct from u.calc_type
        or l.scale_id is distinct from u.scale_id
        or l.weight_categories is distinct from u.weight_categories
        or l.use_percent is distinct from u.use_percent
        or l.last_n is distinct from u.last_n
        or l.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
)
from (
    select r.*
    from course_grade_calc as r
    semi join scope_course as c on c.course_id = r.owner_id
) as l
full join (
    select c.course_id as owner_id, r.* exclude (owner_id)
    from scope_course as c
    join master_grade_calc as r on r.owner_id = c.master_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq

-- name: reached/hop_2_category
-- one row: how many categories of sections are missing, extra or different
select count(*) filter (
    where l.name is distinct from u.name
        or l.weight is distinct from u.weight
        or l.sequence is distinct from u.sequence
        or l.is_excluded is distinct from u.is_excluded
        or l.drop_lowest is distinct from u.drop_lowest
        or l.task_ids is distinct from u.task_ids
)
from (
    select r.*
    from section_category as r
    semi join scope_section as s on s.section_id = r.owner_id
) as l
full join (
    select s.section_id as owner_id, r.* exclude (owner_id)
    from scope_section as s
    join course_category as r on r.owner_id = s.course_id
) as u
    on u.owner_id = l.owner_id
    and lower(u.name) = lower(l.name)

-- name: reached/hop_2_composite
-- one row: how many composite grades of sections are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.child_task_id is distinct from u.child_task_id
        or l.child_term_seq is distinct from u.child_term_seq
        or l.weight is distinct from u.weight
)
from (
    select r.*
    from section_composite as r
    semi join scope_section as s on s.section_id = r.owner_id
) as l
full join (
    select s.section_id as owner_id, r.* exclude (owner_id)
    from scope_section as s
    join course_composite as r on r.owner_id = s.course_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq
    and u.child_task_id = l.child_task_id
    and u.child_term_seq = l.child_term_seq

-- name: reached/hop_2_grade_calc
-- one row: how many calculation options of sections are missing, extra or different
select count(*) filter (
    where l.task_id is distinct from u.task_id
        or l.term_seq is distinct from u.term_seq
        or l.calc_type is distinct from u.calc_type
        or l.scale_id is distinct from u.scale_id
        or l.weight_categories is distinct from u.weight_categories
        or l.use_percent is distinct from u.use_percent
        or l.last_n is distinct from u.last_n
        or l.cumulative_from_term_seq is distinct from u.cumulative_from_term_seq
)
from (
    select r.*
    from section_grade_calc as r
    semi join scope_section as s on s.section_id = r.owner_id
) as l
full join (
    select s.section_id as owner_id, r.* exclude (owner_id)
    from scope_section as s
    join course_grade_calc as r on r.owner_id = s.course_id
) as u
    on u.owner_id = l.owner_id
    and u.task_id = l.task_id
    and u.term_seq = l.term_seq

-- name: reached/hop_2_advisory
-- one row: how many sections have another advisory flag than their course
select count(*) filter (where coalesce(l.is_advisory, false) <> coalesce(u.is_advisory, false))
from scope_section as l
join course as u on u.course_id = l.course_id

-- name: reached/work_assignment
-- one row: how many tasks and terms of sections have an assignment
select count(*)
from (
    select distinct a.section_id, t.task_id, t.term_seq
    from assignment_task as t
    join assignment as a on a.assignment_id = t.assignment_id
    semi join scope_section as s on s.section_id = a.section_id
)

-- name: reached/work_posted_grade
-- one row: how many tasks and terms of sections have a posted grade
select count(*)
from (
    select distinct g.section_id, g.task_id, g.term_seq
    from posted_grade as g
    semi join scope_section as s on s.section_id = g.section_id
)

-- name: reached/work_category
-- one row: how many categories of sections have an assignment
select count(*)
from (
    select distinct a.category_row_id
    from assignment as a
    semi join scope_section as s on s.section_id = a.section_id
)

-- name: writes/create_history
create table if not exists district.push.history as from staged.history limit 0

-- name: writes/create_history_row
create table if not exists district.push.history_row as from staged.history_row limit 0

-- name: writes/create_history_course
create table if not exists district.push.history_course as from staged.history_course limit 0

-- name: writes/create_history_custom_field
create table if not exists district.push.history_custom_field as from staged.history_custom_field limit 0

-- name: writes/create_history_section
create table if not exists district.push.history_section as from staged.history_section limit 0

-- name: writes/create_history_course_task
create table if not exists district.push.history_course_task as from staged.history_course_task limit 0

-- name: writes/create_history_course_assessment
create table if not exists district.push.history_course_assessment as from staged.history_course_assessment limit 0

-- name: writes/create_history_course_category
create table if not exists district.push.history_course_category as from staged.history_course_category limit 0

-- name: writes/create_history_course_composite
create table if not exists district.push.history_course_composite as from staged.history_course_composite limit 0

-- name: writes/create_history_course_grade_calc
create table if not exists district.push.history_course_grade_calc as from staged.history_course_grade_calc limit 0

-- name: writes/create_history_section_category
create table if not exists district.push.history_section_category as from staged.history_section_category limit 0

-- name: writes/create_history_section_composite
create table if not exists district.push.history_section_composite as from staged.history_section_composite limit 0

-- name: writes/create_history_section_grade_calc
create table if not exists district.push.history_section_grade_calc as from staged.history_section_grade_calc limit 0

-- name: writes/insert_history
insert into push.history from staged.history

-- name: writes/insert_history_row
insert into push.history_row from staged.history_row

-- name: writes/insert_history_course
insert into push.history_course from staged.history_course

-- name: writes/insert_history_custom_field
insert into push.history_custom_field from staged.history_custom_field

-- name: writes/insert_history_section
insert into push.history_section from staged.history_section

-- name: writes/insert_history_course_task
insert into push.history_course_task from staged.history_course_task

-- name: writes/insert_history_course_assessment
insert into push.history_course_assessment from staged.history_course_assessment

-- name: writes/insert_history_course_category
insert into push.history_course_category from staged.history_course_category

-- name: writes/insert_history_course_composite
insert into push.history_course_composite from staged.history_course_composite

-- name: writes/insert_history_course_grade_calc
insert into push.history_course_grade_calc from staged.history_course_grade_calc

-- name: writes/insert_history_section_category
insert into push.history_section_category from staged.history_section_category

-- name: writes/insert_history_section_composite
insert into push.history_section_composite from staged.history_section_composite

-- name: writes/insert_history_section_grade_calc
insert into push.history_section_grade_calc from staged.history_section_grade_calc

-- name: writes/update_course
update course as r
set
    number = h.after_number,
    name = h.after_name,
    description = h.after_description,
    state_code = h.after_state_code,
    department = h.after_department,
    subject_type = h.after_subject_type,
    sced_subject_area = h.after_sced_subject_area,
    sced_course_id = h.after_sced_course_id,
    sced_course_level = h.after_sced_course_level,
    sced_lowest_grade = h.after_sced_lowest_grade,
    sced_highest_grade = h.after_sced_highest_grade,
    terms = h.after_terms,
    schedules = h.after_schedules,
    periods = h.after_periods,
    max_students = h.after_max_students,
    takes_attendance = h.after_takes_attendance,
    is_standards_based = h.after_is_standards_based,
    on_transcript = h.after_on_transcript,
    is_advisory = h.after_is_advisory,
    is_activity = h.after_is_activity,
    course_type = h.after_course_type,
    honors_code = h.after_honors_code,
    gpa_weight = h.after_gpa_weight
from staged.history_course as h
where r.course_id = h.course_id

-- name: writes/delete_custom_field
delete from custom_field as f
using staged.history_custom_field as h
where not h.has_row
    and f.level = 'course'
    and f.owner_id = h.course_id
    and f.field = h.field

-- name: writes/update_custom_field
update custom_field as f
set value = h.after_value
from staged.history_custom_field as h
where h.had_row
    and h.has_row
    and f.level = 'course'
    and f.owner_id = h.course_id
    and f.field = h.field

-- name: writes/insert_custom_field
insert into custom_field (level, owner_id, field, value)
select 'course', course_id, field, after_value
from staged.history_custom_field
where not had_row

-- name: writes/delete_course_task
delete from course_task as r
using staged.history_course_task as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_course_task
update course_task as r
set
    parent_row_id = h.after_parent_row_id,
    is_link_broken = h.after_is_link_broken,
    task_id = h.after_task_id,
    score_group_id = h.after_score_group_id,
    credit_type = h.after_credit_type,
    credit = h.after_credit,
    term_gpa = h.after_term_gpa,
    is_post_only = h.after_is_post_only,
    sequence = h.after_sequence
from staged.history_course_task as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_course_task
insert into course_task (
    row_id, owner_id, parent_row_id, is_link_broken, task_id, score_group_id, credit_type, credit, term_gpa,
    is_post_only, sequence
)
select
    row_id, after_owner_id, after_parent_row_id, after_is_link_broken, after_task_id, after_score_group_id,
    after_credit_type, after_credit, after_term_gpa, after_is_post_only, after_sequence
from staged.history_course_task
where verdict = 'insert'
order by row_id

-- name: writes/delete_course_assessment
delete from course_assessment as r
using staged.history_course_assessment as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_course_assessment
update course_assessment as r
set
    parent_row_id = h.after_parent_row_id,
    is_link_broken = h.after_is_link_broken,
    test_id = h.after_test_id,
    standard_task_id = h.after_standard_task_id,
    start_date = h.after_start_date,
    end_date = h.after_end_date,
    copies_forward = h.after_copies_forward
from staged.history_course_assessment as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_course_assessment
insert into course_assessment (
    row_id, owner_id, parent_row_id, is_link_broken, test_id, standard_task_id, start_date, end_date,
    copies_forward
)
select
    row_id, after_owner_id, after_parent_row_id, after_is_link_broken, after_test_id, after_standard_task_id,
    after_start_date, after_end_date, after_copies_forward
from staged.history_course_assessment
where verdict = 'insert'
order by row_id

-- name: writes/delete_course_category
delete from course_category as r
using staged.history_course_category as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_course_category
update course_category as r
set
    parent_row_id = h.after_parent_row_id,
    is_link_broken = h.after_is_link_broken,
    name = h.after_name,
    weight = h.after_weight,
    sequence = h.after_sequence,
    is_excluded = h.after_is_excluded,
    drop_lowest = h.after_drop_lowest,
    task_ids = h.after_task_ids
from staged.history_course_category as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_course_category
insert into course_category (
    row_id, owner_id, parent_row_id, is_link_broken, name, weight, sequence, is_excluded, drop_lowest, task_ids
)
select
    row_id, after_owner_id, after_parent_row_id, after_is_link_broken, after_name, after_weight, after_sequence,
    after_is_excluded, after_drop_lowest, after_task_ids
from staged.history_course_category
where verdict = 'insert'
order by row_id

-- name: writes/delete_course_composite
delete from course_composite as r
using staged.history_course_composite as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_course_composite
update course_composite as r
set
    parent_row_id = h.after_parent_row_id,
    is_link_broken = h.after_is_link_broken,
    task_id = h.after_task_id,
    term_seq = h.after_term_seq,
    child_task_id = h.after_child_task_id,
    child_term_seq = h.after_child_term_seq,
    weight = h.after_weight
from staged.history_course_composite as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_course_composite
insert into course_composite (
    row_id, owner_id, parent_row_id, is_link_broken, task_id, term_seq, child_task_id, child_term_seq, weight
)
select
    row_id, after_owner_id, after_parent_row_id, after_is_link_broken, after_task_id, after_term_seq,
    after_child_task_id, after_child_term_seq, after_weight
from staged.history_course_composite
where verdict = 'insert'
order by row_id

-- name: writes/delete_course_grade_calc
delete from course_grade_calc as r
using staged.history_course_grade_calc as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_course_grade_calc
update course_grade_calc as r
set
    parent_row_id = h.after_parent_row_id,
    is_link_broken = h.after_is_link_broken,
    task_id = h.after_task_id,
    term_seq = h.after_term_seq,
    calc_type = h.after_calc_type,
    scale_id = h.after_scale_id,
    weight_categories = h.after_weight_categories,
    use_percent = h.after_use_percent,
    last_n = h.after_last_n,
    cumulative_from_term_seq = h.after_cumulative_from_term_seq
from staged.history_course_grade_calc as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_course_grade_calc
insert into course_grade_calc (
    row_id, owner_id, parent_row_id, is_link_broken, task_id, term_seq, calc_type, scale_id, weight_categories,
    use_percent, last_n, cumulative_from_term_seq
)
select
    row_id, after_owner_id, after_parent_row_id, after_is_link_broken, after_task_id, after_term_seq,
    after_calc_type, after_scale_id, after_weight_categories, after_use_percent, after_last_n,
    after_cumulative_from_term_seq
from staged.history_course_grade_calc
where verdict = 'insert'
order by row_id

-- name: writes/delete_section_category
delete from section_category as r
using staged.history_section_category as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_section_category
update section_category as r
set
    parent_row_id = h.after_parent_row_id,
    name = h.after_name,
    weight = h.after_weight,
    sequence = h.after_sequence,
    is_excluded = h.after_is_excluded,
    drop_lowest = h.after_drop_lowest,
    task_ids = h.after_task_ids
from staged.history_section_category as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_section_category
insert into section_category (
    row_id, owner_id, parent_row_id, name, weight, sequence, is_excluded, drop_lowest, task_ids
)
select
    row_id, after_owner_id, after_parent_row_id, after_name, after_weight, after_sequence, after_is_excluded,
    after_drop_lowest, after_task_ids
from staged.history_section_category
where verdict = 'insert'
order by row_id

-- name: writes/delete_section_composite
delete from section_composite as r
using staged.history_section_composite as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_section_composite
update section_composite as r
set
    parent_row_id = h.after_parent_row_id,
    task_id = h.after_task_id,
    term_seq = h.after_term_seq,
    child_task_id = h.after_child_task_id,
    child_term_seq = h.after_child_term_seq,
    weight = h.after_weight
from staged.history_section_composite as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_section_composite
insert into section_composite (
    row_id, owner_id, parent_row_id, task_id, term_seq, child_task_id, child_term_seq, weight
)
select
    row_id, after_owner_id, after_parent_row_id, after_task_id, after_term_seq, after_child_task_id,
    after_child_term_seq, after_weight
from staged.history_section_composite
where verdict = 'insert'
order by row_id

-- name: writes/delete_section_grade_calc
delete from section_grade_calc as r
using staged.history_section_grade_calc as h
where h.verdict = 'delete'
    and r.row_id = h.row_id

-- name: writes/update_section_grade_calc
update section_grade_calc as r
set
    parent_row_id = h.after_parent_row_id,
    task_id = h.after_task_id,
    term_seq = h.after_term_seq,
    calc_type = h.after_calc_type,
    scale_id = h.after_scale_id,
    weight_categories = h.after_weight_categories,
    use_percent = h.after_use_percent,
    last_n = h.after_last_n,
    cumulative_from_term_seq = h.after_cumulative_from_term_seq
from staged.history_section_grade_calc as h
where h.verdict in ('update', 'relink', 'rename')
    and r.row_id = h.row_id

-- name: writes/insert_section_grade_calc
insert into section_grade_calc (
    row_id, owner_id, parent_row_id, task_id, term_seq, calc_type, scale_id, weight_categories, use_percent,
    last_n, cumulative_from_term_seq
)
select
    row_id, after_owner_id, after_parent_row_id, after_task_id, after_term_seq, after_calc_type, after_scale_id,
    after_weight_categories, after_use_percent, after_last_n, after_cumulative_from_term_seq
from staged.history_section_grade_calc
where verdict = 'insert'
order by row_id

-- name: writes/update_section
update section as r
set is_advisory = h.after_is_advisory
from staged.history_section as h
where r.section_id = h.section_id
