-- step student_plan: One row is a student of a section of the batch, with the student's strength; students stand
-- in the roll of their school by number.
create or replace temp table student_plan as
with enrolled as (
    select s.section_id, 100000 + p.first_student
        + (draw('roll', s.section_id) + n.place) % p.students as student_id
    from batch_section as s join school_plan as p on p.school_id = s.school_id cross join size_of as z
    cross join lateral (
        select unnest(range(0, z.class_size - 4 + draw('class size', s.section_id) % 9)) as place
    ) as n
)
select section_id, student_id, 55 + draw('strength', student_id) % 42 as strength,
    draw('luck of a student', student_id) as luck
from enrolled;

-- step enrollment: One row is a student of a section.
insert into enrollment by name
select section_id, student_id from student_plan order by section_id, student_id;

-- step assignment_plan: One row is an assignment of the current year, whose first three quarters are over. The
-- categories of a section take turns; two that nobody uses yet are left out.
create or replace temp table assignment_plan as
with category as (
    select c.owner_id as section_id, c.row_id as category_row_id, c.name as category,
        row_number() over (partition by c.owner_id order by c.row_id) - 1 as turn,
        count(*) over (partition by c.owner_id) as categories
    from section_category as c join batch_section as s on s.section_id = c.owner_id
    where c.name not in ('Extra Credit', 'Old Notes', 'Final Exam')
        and not (s.level = 'high' and s.code = '01003' and s.section_no = 1 and c.name = 'Quizzes')
),
numbered as (
    select s.*, n.assignment_no
    from batch_section as s cross join size_of as z
    cross join lateral (
        select unnest(range(0, z.assignments - 3 + draw('assignments', s.section_id) % 5)) as assignment_no
    ) as n
),
termed as (
    select n.*, case when not n.is_semester then 1 + (n.assignment_no + n.assignment_no // 6) % 3
        when n.section_no % 2 = 0 then 3 else 1 + n.assignment_no // 6 % 2 end as term_seq
    from numbered as n
),
given as (
    select t.section_id, t.level, t.code, t.course_id, t.assignment_no, t.term_seq, c.category_row_id, c.category
    from termed as t
    join category as c on c.section_id = t.section_id and c.turn = t.assignment_no % c.categories
    union all
    select s.section_id, s.level, s.code, s.course_id, -1, 2, c.row_id, c.name
    from batch_section as s join section_category as c on c.owner_id = s.section_id and c.name = 'Final Exam'
    where not (s.is_semester and s.section_no % 2 = 0)
),
due as (
    select g.*, case when g.assignment_no < 0 then q.end_date - 2
        else q.start_date + (3 + g.assignment_no // 3 % 6 * 9
            + draw('due', g.section_id || '/' || g.assignment_no) % 7)::integer end as due_day
    from given as g
    join course as k on k.course_id = g.course_id
    join term as q on q.calendar_id = k.calendar_id and q.term_seq = g.term_seq
),
identified as (
    select (select coalesce(max(assignment_id), 0) from assignment)
        + row_number() over (order by section_id, due_day, assignment_no) as assignment_id, *
    from due
)
select g.* exclude (due_day),
    g.assignment_no < 0 or draw('active', g.assignment_id) % 100 >= 2 as is_active,
    draw('luck of an assignment', g.assignment_id) as luck,
    g.due_day - greatest(isodow(g.due_day) - 5, 0)::integer as due_date,
    row_number() over (partition by g.section_id, g.category order by g.due_day, g.assignment_no)
        as number_in_category,
    case when g.category in ('Tests', 'Final Exam', 'Projects') then 100
        when g.category in ('Quizzes', 'Labs', 'Critiques', 'Portfolio') then 25 else 10 end as points
from identified as g;

-- step assignment: One row is an assignment; a few are drafts that aren't active.
insert into assignment by name
select assignment_id, section_id, category_row_id, null::bigint as lesson_id,
    case category when 'Tests' then 'Unit Test ' || number_in_category
        when 'Quizzes' then 'Quiz ' || number_in_category when 'Projects' then 'Project ' || number_in_category
        when 'Labs' then 'Lab ' || number_in_category
        when 'Critiques' then 'Critique ' || number_in_category when 'Final Exam' then 'Semester 1 Final Exam'
        else category || ' ' || number_in_category end as name,
    due_date, points, case when category = 'Projects' and number_in_category = 1 then 1.5 else 1 end as multiplier,
    is_active
from assignment_plan
order by assignment_id;

-- step assignment_task: One row is a task or standard that an assignment counts for, of those its course has.
insert into assignment_task by name
with wanted as (
    select a.*, case a.category when 'Final Exam' then 103 else 101 end as task_id from assignment_plan as a
    union all
    select a.*, case when a.category = 'Labs' then 106 when a.category in ('Portfolio', 'Projects') then 107
        when a.category = 'Warm-Ups' then 108 end
    from assignment_plan as a where a.category in ('Labs', 'Portfolio', 'Projects', 'Warm-Ups')
    union all
    select a.*, t.task_id
    from assignment_plan as a
    join course_task as t on t.owner_id = a.course_id and t.task_id > 1000
    join level_of as l on l.level = a.level
    where draw('standard', a.assignment_id || '/' || t.task_id) % 100 < l.aligned
)
select w.assignment_id, w.task_id, w.term_seq
from wanted as w
where w.task_id = 101 or exists (from course_task as t where t.owner_id = w.course_id and t.task_id = w.task_id)
order by w.assignment_id, w.task_id, w.term_seq;

-- step score: One row is what a student earned on an assignment: a student's strength, give or take a day's.
-- Projects of elementary schools get a mark of four, which is kept as its percent.
insert into score by name
with drawn as (
    select a.assignment_id, e.student_id, a.points as possible,
        a.level = 'elementary' and a.category = 'Projects' as has_mark,
        luck_of_a_score(a.assignment_id, e.student_id, a.luck, e.luck) as luck, e.strength
    from assignment_plan as a
    join student_plan as e on e.section_id = a.section_id
    where a.is_active
)
select assignment_id, student_id,
    case when luck % 100 >= 6 and not has_mark
        then least(possible, (possible * (strength + luck // 100 % 21 - 10) + 50) // 100) end as points,
    case when luck % 100 >= 6 and has_mark
        then ([50, 75, 75, 95, 95])[1 + greatest(0, least(4, (strength + luck // 100 % 21 - 60) // 10))]
        end as percent,
    luck % 100 < 4 as is_missing, luck // 10000 % 100 < 5 and luck % 100 >= 6 as is_late,
    luck % 100 in (4, 5) as is_exempt, false as is_dropped, false as is_cheated,
    luck // 10000 % 100 = 99 and luck % 100 >= 6 as is_incomplete, luck % 100 >= 6 as is_turned_in,
    case when luck // 1000000 % 200 = 0 then 'May be redone by the end of the quarter' end as comment
from drawn
order by assignment_id, student_id;

-- step posted_grade: One row is a grade posted at the end of the first or second quarter. Elementary schools of
-- larger districts post the first standard of each strand too.
insert into posted_grade by name
with wanted as (
    select s.section_id, t.task_id, v.term_seq, case s.level when 'elementary' then 2 else 1 end as scale_id
    from batch_section as s
    join course_task as t on t.owner_id = s.course_id
    join (values (101, 1), (101, 2), (102, 2), (103, 2), (104, 2), (105, 2)) as v (task_id, term_seq)
        on v.task_id = t.task_id
    where not s.is_semester
        or exists (from section_term as q where q.section_id = s.section_id and q.term_seq = v.term_seq)
    union all
    select s.section_id, t.task_id, 2, 2
    from batch_section as s
    join course_task as t on t.owner_id = s.course_id and t.task_id > 1000 and t.task_id % 10 = 1
    join size_of as z on z.has_more_setup
    where s.level = 'elementary'
),
aligned as (
    select w.*, e.student_id,
        least(100.0, e.strength
            + draw('posted', concat_ws('/', e.section_id, e.student_id, w.task_id, w.term_seq)) % 900 * 0.01 - 4
        )::decimal(9, 4) as percent
    from wanted as w join student_plan as e on e.section_id = w.section_id
)
select a.section_id, a.student_id, a.task_id, a.term_seq,
    case when a.task_id in (104, 105) then (['S', 'S', 'S', 'N'])[1 + a.percent::integer % 4]
        else (select m.mark from grading_scale_mark as m
              where m.scale_id = a.scale_id and m.min_percent <= a.percent order by m.min_percent desc limit 1)
        end as mark,
    case when a.task_id < 104 then a.percent end as percent,
    case when draw('comment', a.section_id || '/' || a.student_id) % 100 = 0 and a.task_id = 101
        then 'A pleasure to have in class' end as comment
from aligned as a
order by a.section_id, a.student_id, a.task_id, a.term_seq;
