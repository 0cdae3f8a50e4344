-- step section_plan: One row is a teacher's class of a course.
create temp table section_plan as
with counted as (
    select p.*, case when p.master_id is null or p.is_summer then 1
        when p.level <> 'high' then s.sections
            + case when draw('one more', p.school_id || '/' || p.master_id) % 100 < z.one_more then 1 else 0 end
        when p.is_planted then 2
        else greatest(1, s.sections - 1 + draw('sections', p.school_id || '/' || p.master_id) % 3)
        end as sections
    from course_plan as p join school_plan as s on s.school_id = p.school_id cross join size_of as z
)
select row_number() over (order by c.course_id, n.section_no) as section_id, n.section_no, c.* exclude (sections),
    (c.code in ('04201', '04151') and c.level = 'high') as is_semester
from counted as c cross join lateral (select unnest(range(1, c.sections + 1)) as section_no) as n;

-- step section: One row is a section. One advisory section was never marked as one.
insert into section by name
select s.section_id, s.course_id, lpad(s.section_no::varchar, 2, '0') as number,
    p.first_teacher + 1
        + draw('teacher', concat_ws('/', s.school_id, s.code, s.section_no)) % p.teachers as teacher_id,
    case when s.code = '22003' and s.section_no > 1 then false else coalesce(c.is_advisory, false) end
        as is_advisory
from section_plan as s join course as c on c.course_id = s.course_id
join school_plan as p on p.school_id = s.school_id;

-- step section_term: One row is a term that a one-semester section meets in.
insert into section_term by name
select s.section_id, t.term_seq
from section_plan as s join term as t on t.calendar_id = s.calendar_id
where s.is_semester and (t.term_seq > 2) = (s.section_no % 2 = 0);

-- step section_category: One row is a category of a section, linked to its course's.
insert into section_category by name
select row_number() over (order by s.section_id, c.row_id) as row_id, s.section_id as owner_id,
    c.row_id as parent_row_id, c.* exclude (row_id, owner_id, parent_row_id, is_link_broken)
from section_plan as s join course_category as c on c.owner_id = s.course_id;

-- step section_grade_calc: One row is a calculation option of a section, linked, in the terms it meets.
insert into section_grade_calc by name
select row_number() over (order by s.section_id, c.row_id) as row_id, s.section_id as owner_id,
    c.row_id as parent_row_id, c.* exclude (row_id, owner_id, parent_row_id, is_link_broken)
from section_plan as s join course_grade_calc as c on c.owner_id = s.course_id
join term as q on q.calendar_id = s.calendar_id and q.term_seq = c.term_seq
where not s.is_semester
    or exists (from section_term as t where t.section_id = s.section_id and t.term_seq = c.term_seq);

-- step section_composite: One row is a composite's child of a section, linked, in the terms it meets.
insert into section_composite by name
select row_number() over (order by s.section_id, c.row_id) as row_id, s.section_id as owner_id,
    c.row_id as parent_row_id, c.* exclude (row_id, owner_id, parent_row_id, is_link_broken)
from section_plan as s join course_composite as c on c.owner_id = s.course_id
join term as q on q.calendar_id = s.calendar_id and q.term_seq = c.term_seq
where not s.is_semester
    or exists (from section_term as t where t.section_id = s.section_id and t.term_seq = c.term_seq);

-- step teachers' categories: One row is a category that a teacher made, on sections at random and on those of the
-- scenarios.
insert into section_category by name
with wanted as (
    select section_id, (['Bellwork', 'Notebook Checks', 'Extra Credit', 'Labs and Activities'])
        [1 + draw('teacher name', section_id) % 4] as name, 10 as weight
    from section_plan
    where not is_planted and draw('teacher category', section_id) % 100 < 12
    union all
    select s.section_id, v.name, v.weight
    from section_plan as s
    join (values ('01002', 'Vocabulary', 10), ('01003', 'Bellwork', 10), ('01003', 'Extra Credit', 5),
        ('04201', 'Case Studies', 20)) as v (code, name, weight) on v.code = s.code
    where s.level = 'high' and (s.section_no = 1 or s.code = '04201')
)
select (select max(row_id) from section_category) + row_number() over (order by w.section_id, w.name) as row_id,
    w.section_id as owner_id, w.name, w.weight, 30 as sequence, w.name = 'Extra Credit' as is_excluded,
    0 as drop_lowest, []::bigint[] as task_ids
from wanted as w;

-- step english teacher's categories: Made before the district had them, so they have its names but no link.
update section_category as c set parent_row_id = null, weight = 12
from section_plan as s
where s.section_id = c.owner_id and s.level = 'high' and s.code = '01003' and s.section_no = 1
    and c.name in ('Homework', 'Quizzes');

-- step english teacher's options: One that differs from the course's and is used, one that is equal and is not.
update section_grade_calc as c set parent_row_id = null, last_n = case c.term_seq when 1 then 3 end
from section_plan as s
where s.section_id = c.owner_id and s.level = 'high' and s.code = '01003' and s.section_no = 1
    and c.task_id = 101 and c.term_seq in (1, 4);

-- step economics teachers' categories: Teachers made their own before the district had any.
update section_category as c set parent_row_id = null, weight = c.weight + 3
from section_plan as s where s.section_id = c.owner_id and s.level = 'high' and s.code = '04201';

-- step chemistry without lab options: The second teacher doesn't grade labs by themselves.
delete from section_grade_calc where row_id in (
    select c.row_id from section_grade_calc as c join section_plan as s on s.section_id = c.owner_id
    where s.level = 'high' and s.code = '03101' and s.section_no = 2 and c.task_id = 106
);
