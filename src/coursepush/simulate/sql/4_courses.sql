-- step course_plan: One row is a course of a calendar, of a course master or of the school's own. Every school
-- offers the plain courses of its level, and of the others some.
create temp table course_plan as
with given as (
    select c.calendar_id, c.end_year, c.is_summer, s.school_id, s.ordinal, s.level, m.master_id, m.code, m.kind,
        m.is_planted, m.number || case when s.level <> 'high' and s.ordinal > 1 then '-' || s.ordinal else '' end
            as number, m.level_rank
    from calendar as c
    join school_plan as s on s.school_id = c.school_id
    join master_plan as m on m.level = s.level
    where case when c.is_summer then m.code in ('01001', '02052', '02072', '08051')
        else m.variant_no = 1 or draw('offered', s.school_id || '/' || m.master_id) % 1000 < s.offered end
    union all
    select c.calendar_id, c.end_year, c.is_summer, s.school_id, s.ordinal, s.level, null, v.code, 'general', true,
        v.number, 900
    from calendar as c
    join school_plan as s on s.school_id = c.school_id
    join (values ('high', '24109', '24102-1'), ('high', '22006', '0900'), ('elementary', '22250', '0901'))
        as v (level, code, number) on v.level = s.level
    where not c.is_summer
)
select row_number() over (order by end_year, is_summer, school_id, level_rank, number) as course_id, *
from given;

-- step course of a master: One row is a course, as its course master had it when the year was set up.
insert into course by name
select p.course_id, p.calendar_id, p.master_id, true as is_active, false as ignore_master_push,
    false as is_cross_site, p.number, m.* exclude (master_id, catalog_id, is_active, number)
from course_plan as p join course_master as m on m.master_id = p.master_id;

-- step course without a master: One row is a course that the school set up by itself.
insert into course by name
select p.course_id, p.calendar_id, true as is_active, false as ignore_master_push, false as is_cross_site,
    p.number, v.title as name, v.department
from course_plan as p
join (values ('24109', 'French Conversation and Culture', 'World Languages'),
    ('22006', 'Study Hall', 'Student Support'), ('22250', 'Exploratory', 'Student Support'))
    as v (code, title, department) on v.code = p.code
where p.master_id is null;

-- step custom_field of courses: One row is a district-defined field of a course.
insert into custom_field by name
select 'course' as level, p.course_id as owner_id, f.field, f.value
from course_plan as p join custom_field as f on f.level = 'master' and f.owner_id = p.master_id;

-- step course_task: One row is a task of a course, linked to its course master's.
insert into course_task by name
select row_number() over (order by p.course_id, m.row_id) as row_id, p.course_id as owner_id,
    m.row_id as parent_row_id, false as is_link_broken, m.* exclude (row_id, owner_id)
from course_plan as p join master_task as m on m.owner_id = p.master_id;

-- step course_category: One row is a category of a course, linked to its course master's.
insert into course_category by name
select row_number() over (order by p.course_id, m.row_id) as row_id, p.course_id as owner_id,
    m.row_id as parent_row_id, false as is_link_broken, m.* exclude (row_id, owner_id)
from course_plan as p join master_category as m on m.owner_id = p.master_id;

-- step course_grade_calc: One row is a calculation option of a course, linked. A summer school has two terms,
-- but one of its courses was copied whole from the year.
insert into course_grade_calc by name
select row_number() over (order by p.course_id, m.row_id) as row_id, p.course_id as owner_id,
    m.row_id as parent_row_id, false as is_link_broken, m.* exclude (row_id, owner_id)
from course_plan as p join master_grade_calc as m on m.owner_id = p.master_id
where not p.is_summer or m.term_seq <= 2 or p.code = '08051';

-- step course_composite: One row is a composite's child of a course, linked, in the terms of its calendar.
insert into course_composite by name
select row_number() over (order by p.course_id, m.row_id) as row_id, p.course_id as owner_id,
    m.row_id as parent_row_id, false as is_link_broken, m.* exclude (row_id, owner_id)
from course_plan as p join master_composite as m on m.owner_id = p.master_id
where not p.is_summer or greatest(m.term_seq, m.child_term_seq) <= 2 or p.code = '08051';

-- step course_assessment: One row is a test aligned to a course, linked. Summer schools give none.
insert into course_assessment by name
select row_number() over (order by p.course_id, m.row_id) as row_id, p.course_id as owner_id,
    m.row_id as parent_row_id, false as is_link_broken, m.* exclude (row_id, owner_id)
from course_plan as p join master_assessment as m on m.owner_id = p.master_id
where not p.is_summer;
