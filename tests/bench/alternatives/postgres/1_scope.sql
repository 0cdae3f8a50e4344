-- What the push reaches, and what is in use there. The request itself, one row (catalog_id, year), is in place.
-- Working tables are unlogged rather than temporary, so that what reads them may run in parallel.

-- One row a lock of the catalog.
create unlogged table push.locked as
select l.lock
from push.request as r
join catalog_lock as l on l.catalog_id = r.catalog_id;

-- One row a course worked on: at a school that has the catalog, in a calendar of the year but summer's.
create unlogged table push.target_course as
select c.course_id, c.calendar_id, c.master_id, c.is_cross_site
from push.request as r
join catalog_school as h on h.catalog_id = r.catalog_id and h.end_year = r.year
join calendar as k on k.school_id = h.school_id and k.end_year = r.year and not k.is_summer
join course as c on c.calendar_id = k.calendar_id and not c.ignore_master_push
join course_master as m on m.master_id = c.master_id and m.catalog_id = r.catalog_id and m.is_active;

alter table push.target_course add primary key (course_id);
analyze push.target_course;

-- One row a section of a course worked on.
create unlogged table push.owned_section as
select s.section_id, s.course_id, c.calendar_id, c.is_cross_site
from push.target_course as c
join section as s on s.course_id = c.course_id;

alter table push.owned_section add primary key (section_id);
analyze push.owned_section;

-- One row a section that is pushed to; a cross-site course's are not.
create unlogged table push.target_section as
select section_id, course_id, calendar_id
from push.owned_section
where not is_cross_site;

alter table push.target_section add primary key (section_id);
analyze push.target_section;

-- One row a section and a term of its calendar in which it does not meet; without terms of its own it meets in
-- all.
create unlogged table push.not_meeting as
select s.section_id, t.term_seq
from push.target_section as s
join term as t on t.calendar_id = s.calendar_id
where exists (select from section_term as m where m.section_id = s.section_id)
    and not exists (
        select from section_term as m where m.section_id = s.section_id and m.term_seq = t.term_seq
    );

alter table push.not_meeting add primary key (section_id, term_seq);
analyze push.not_meeting;

-- One row a section, task and term with work on it, cross-site courses' sections too. Each source is made distinct
-- by itself first, which is less to move between processes.
create unlogged table push.section_work as
select s.section_id, s.course_id, t.task_id, t.term_seq
from push.owned_section as s
join assignment as a on a.section_id = s.section_id and a.is_active
join assignment_task as t on t.assignment_id = a.assignment_id
group by s.section_id, s.course_id, t.task_id, t.term_seq
union
select s.section_id, s.course_id, t.task_id, t.term_seq
from push.owned_section as s
join assignment as a on a.section_id = s.section_id and not a.is_active
join assignment_task as t on t.assignment_id = a.assignment_id
where exists (select from score as x where x.assignment_id = a.assignment_id)
group by s.section_id, s.course_id, t.task_id, t.term_seq
union
select s.section_id, s.course_id, g.task_id, g.term_seq
from push.owned_section as s
join posted_grade as g on g.section_id = s.section_id
where g.mark is not null or g.percent is not null or g.comment is not null
group by s.section_id, s.course_id, g.task_id, g.term_seq;

alter table push.section_work add primary key (section_id, task_id, term_seq);
analyze push.section_work;

-- One row a course, task and term with work on it in any of its sections.
create unlogged table push.course_work as
select distinct course_id, task_id, term_seq
from push.section_work;

alter table push.course_work add primary key (course_id, task_id, term_seq);
analyze push.course_work;

-- One row a category of a section that has an assignment, active or not, with the course's category it comes from.
create unlogged table push.used_category as
select r.row_id, r.parent_row_id, s.course_id
from push.owned_section as s
join section_category as r on r.owner_id = s.section_id
where exists (select from assignment as a where a.category_row_id = r.row_id);

analyze push.used_category;

-- One row a table: the largest id in use or pointed to before the push; new ids go upward from there.
create unlogged table push.largest as
select 'course_task' as name, (select max(row_id) from course_task) as row_id
union all
select 'course_assessment', (select max(row_id) from course_assessment)
union all
select
    'course_category',
    greatest((select max(row_id) from course_category), (select max(parent_row_id) from section_category))
union all
select
    'course_composite',
    greatest((select max(row_id) from course_composite), (select max(parent_row_id) from section_composite))
union all
select
    'course_grade_calc',
    greatest((select max(row_id) from course_grade_calc), (select max(parent_row_id) from section_grade_calc))
union all
select
    'section_category',
    greatest((select max(row_id) from section_category), (select max(category_row_id) from assignment))
union all
select 'section_composite', (select max(row_id) from section_composite)
union all
select 'section_grade_calc', (select max(row_id) from section_grade_calc);
