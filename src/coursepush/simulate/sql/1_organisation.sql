-- step level_of: One row is a level of schooling, with its catalog and what the profile says of its size.
create temp table level_of as
select v.*, s.* exclude (level)
from (values
    (1, 'elementary', 'Elementary', 'Elementary School', 'Elementary'),
    (2, 'middle', 'Middle School', 'Middle School', 'Middle'),
    (3, 'high', 'High School', 'High School', 'High')
) as v (level_no, level, catalog_name, school_words, short_words)
join level_size as s on s.level = v.level;

-- step school_plan: One row is a school, with its ordinal among the schools of its level, whether it has set up
-- next year already, and how many teachers and students have smaller numbers than its own.
create temp table school_plan as
with place (place_no, place) as (values
    (0, 'Maple Grove'), (1, 'Stillwater'), (2, 'Riverbend'), (3, 'Cedar Hill'), (4, 'Clearview'),
    (5, 'Lakeside'), (6, 'Fox Hollow'), (7, 'Pine Ridge'), (8, 'Harbor Point'), (9, 'Sunny Slope'),
    (10, 'Oak Park'),
    (11, 'Prairie View'), (12, 'Willow Creek'), (13, 'Stone Bridge'), (14, 'Eagle Bluff'), (15, 'Meadow Lane'),
    (16, 'Birch Hollow'), (17, 'Twin Lakes'), (18, 'Granite Falls'), (19, 'Orchard Park'), (20, 'Silver Lake'),
    (21, 'Valley View'), (22, 'North Fork'), (23, 'Spring Brook')
),
numbered as (
    select l.*, o.ordinal, (o.ordinal - 1) * 3 + l.level_no - 1 as place_index,
        (select max(schools) from level_of) as schools_at_most
    from level_of as l cross join lateral (select unnest(range(1, l.schools + 1)) as ordinal) as o
)
select row_number() over (order by n.level_no, n.ordinal) as school_id, n.level_no, n.level, n.ordinal,
    lpad((n.level_no * case when n.schools_at_most < 100 then 100 else 1000 end + n.ordinal)::varchar, 4, '0')
        as number,
    n.ordinal <= n.rolled as is_rolled, n.offered, n.sections, n.teachers, n.students,
    coalesce(sum(n.teachers) over before, 0)::bigint as first_teacher,
    coalesce(sum(n.students) over before, 0)::bigint as first_student,
    p.place || case when n.place_index >= 24 then ' ' || (n.place_index // 24 + 1) else '' end as place,
    n.school_words, n.short_words
from numbered as n join place as p on p.place_no = n.place_index % 24
window before as (order by n.level_no, n.ordinal rows between unbounded preceding and 1 preceding);

-- step school: One row is a school. High schools count missing work as half, the others as nothing.
insert into school by name
select school_id, number, place || ' ' || school_words as name,
    case level when 'high' then 50 else 0 end as missing_percent, level <> 'elementary' as missing_counts
from school_plan;

-- step calendar: One row is a school in a year, or the summer school of a high school. Next year's is there
-- where the school has set it up.
insert into calendar by name
with yearly as (
    select *, 2026 as end_year, false as is_summer, ' 25-26' as suffix, date '2025-08-18' as start_date,
        date '2026-05-29' as end_date from school_plan
    union all
    select *, 2027, false, ' 26-27', date '2026-08-17', date '2027-05-28' from school_plan
    where is_rolled
    union all
    select *, 2026, true, ' Summer 2026', date '2026-06-08', date '2026-07-17' from school_plan
    where level = 'high'
)
select row_number() over (order by end_year, is_summer, school_id) as calendar_id, school_id, end_year,
    place || ' ' || short_words || suffix as name, is_summer, start_date, end_date
from yearly;

-- step term: One row is a quarter of a year, or a half of a summer school.
insert into term by name
select c.calendar_id, v.term_seq, v.name, v.start_date, v.end_date
from calendar as c
join (values
    (2026, false, 1, 'Quarter 1', date '2025-08-18', date '2025-10-17'),
    (2026, false, 2, 'Quarter 2', date '2025-10-20', date '2025-12-19'),
    (2026, false, 3, 'Quarter 3', date '2026-01-05', date '2026-03-13'),
    (2026, false, 4, 'Quarter 4', date '2026-03-16', date '2026-05-29'),
    (2027, false, 1, 'Quarter 1', date '2026-08-17', date '2026-10-16'),
    (2027, false, 2, 'Quarter 2', date '2026-10-19', date '2026-12-18'),
    (2027, false, 3, 'Quarter 3', date '2027-01-04', date '2027-03-12'),
    (2027, false, 4, 'Quarter 4', date '2027-03-15', date '2027-05-28'),
    (2026, true, 1, 'Summer A', date '2026-06-08', date '2026-06-26'),
    (2026, true, 2, 'Summer B', date '2026-06-29', date '2026-07-17')
) as v (end_year, is_summer, term_seq, name, start_date, end_date)
    on v.end_year = c.end_year and v.is_summer = c.is_summer;

-- step catalog: One row is a course catalog, one for each level.
insert into catalog by name
select level_no as catalog_id, catalog_name as name from level_of;

-- step catalog_school: One row is the catalog of a school in a year.
insert into catalog_school by name
select s.school_id, y.end_year, s.level_no as catalog_id
from school_plan as s cross join (values (2026), (2027)) as y (end_year);

-- step catalog_lock: One row is a lock of a catalog. The high school governs nearly everything but the weights
-- of composites; the middle school leaves categories to its schools; the elementary locks a short list.
insert into catalog_lock by name
select 3 as catalog_id, lock from known_lock
where lock not in ('composite_weights', 'course_info.description', 'course_info.max_students',
    'course_info.schedules', 'course_info.periods')
union all
select 3, 'course_info.custom.graduation_area'
union all
select 2, lock from known_lock
where lock <> 'categories' and lock not like 'course_info.%'
    or lock in ('course_info.name', 'course_info.state_code', 'course_info.department',
        'course_info.sced_subject_area', 'course_info.sced_course_id', 'course_info.sced_course_level',
        'course_info.course_type', 'course_info.is_advisory', 'course_info.takes_attendance')
union all
select 1, lock from known_lock
where lock in ('grading_tasks', 'standards', 'categories', 'grade_calc_options', 'composite_weights',
    'course_info.name', 'course_info.state_code', 'course_info.is_standards_based')
union all
select 1, 'course_info.custom.report_card_area';
