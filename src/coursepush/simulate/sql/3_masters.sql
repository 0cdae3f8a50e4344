-- step planted_code: One row is a course that a scenario or a situation is planted on.
create temp table planted_code as
select * from (values
    ('high', '01002'), ('high', '01003'), ('high', '02056'), ('high', '03003'), ('high', '03051'),
    ('high', '03101'), ('high', '03151'), ('high', '04051'), ('high', '04101'), ('high', '04201'),
    ('high', '04254'), ('high', '05052'), ('high', '05102'), ('high', '05110'), ('high', '05156'),
    ('high', '10011'), ('high', '12104'), ('high', '22003'), ('high', '24052'), ('high', '24102'),
    ('middle', '02051'), ('middle', '04437'), ('elementary', '02034'), ('elementary', '03234')
) as v (level, code);

-- step variant: One row is a way in which a large district offers a course beside the plain one.
create temp table variant as
select * from (values
    (1, ''), (2, ', Honors'), (3, ', Semester A'), (4, ', Semester B'), (5, ', Support'), (6, ', Accelerated'),
    (7, ', Dual Language'), (8, ', Online'), (9, ', Sheltered'), (10, ', Co-Taught'), (11, ', Magnet'),
    (12, ', Credit Recovery'), (13, ', Intervention'), (14, ', Hybrid'), (15, ', Newcomer'), (16, ', Seminar'),
    (17, ', Independent Study'), (18, ', Evening'), (19, ', Transition'), (20, ', Academy')
) as v (variant_no, words);

-- step master_plan: One row is a course master with its level and the kind of setup it gets; `code` tells the
-- courses of a level apart, and is the SCED code of the plain ones. The masters that scenarios and situations
-- are planted on get no other wear.
create temp table master_plan as
with ranked as (
    select c.level, c.code as sced_code, c.title || v.words as title, c.subject_area, c.department, v.variant_no,
        c.code || case when v.variant_no > 1 then '-' || v.variant_no else '' end as code,
        row_number() over (partition by c.level order by v.variant_no, c.list_no) as level_rank
    from sced_course as c cross join variant as v
)
select l.level_no * 1000 + p.level_rank as master_id, l.level_no as catalog_id, p.level, p.code, p.sced_code,
    p.variant_no, p.title, p.subject_area, p.department, p.level_rank,
    case p.level when 'high' then p.sced_code || '-' || p.variant_no
        else lpad((l.level_no * 300 + p.level_rank)::varchar, 4, '0') end as number,
    case when p.level = 'high' and p.subject_area = '03' then 'science'
        when p.level = 'high' and p.subject_area = '05' then 'arts'
        when p.level = 'high' and p.code = '22003' then 'advisory' else 'general' end as kind,
    p.code in (select code from planted_code where planted_code.level = p.level) as is_planted
from ranked as p
join level_of as l on l.level = p.level and p.level_rank <= l.masters;

-- step course_master: One row is a course master.
insert into course_master by name
select master_id, catalog_id, true as is_active, number, title as name,
    title || ', as the district teaches it.' as description, 'S' || sced_code as state_code, department,
    department as subject_type, subject_area as sced_subject_area, substr(sced_code, 3) as sced_course_id,
    case when title like 'AP %' then 'E' when level = 'high' and level_rank % 7 = 0 then 'H' else 'G' end
        as sced_course_level,
    case level when 'elementary' then 'KG' when 'middle' then '06' else '09' end as sced_lowest_grade,
    case level when 'elementary' then '05' when 'middle' then '08' else '12' end as sced_highest_grade,
    4 as terms, 1 as schedules, 1 as periods, case level when 'elementary' then 26 else 30 end as max_students,
    true as takes_attendance, level = 'elementary' as is_standards_based, level = 'high' as on_transcript,
    kind = 'advisory' as is_advisory, false as is_activity,
    case when subject_area in ('01', '02', '03', '04') then 'Core' else 'Elective' end as course_type,
    case when title like 'AP %' then 'AP' end as honors_code,
    case when level = 'high' then case when title like 'AP %' then 1.25 else 1 end end as gpa_weight
from master_plan;

-- step custom_field of masters: One row is a district-defined field of a course master.
insert into custom_field by name
select 'master' as level, master_id as owner_id,
    case level when 'high' then 'graduation_area' else 'report_card_area' end as field, department as value
from master_plan where level in ('high', 'elementary');

-- step master_task: One row is a grading task of a course master, by its level and kind, or a standard.
insert into master_task by name
with wanted as (
    select m.master_id, v.task_id, v.score_group_id, v.credit, v.is_post_only, v.sequence, m.department
    from master_plan as m
    join (values
        ('high', null, 101, 1, null, false, 1), ('high', null, 102, 1, 0.5, false, 2),
        ('high', null, 103, 1, null, false, 3), ('high', null, 104, 3, null, true, 4),
        ('high', 'science', 106, 1, null, false, 5), ('high', 'arts', 107, 1, null, false, 5),
        ('middle', null, 101, 1, null, false, 1), ('middle', null, 102, 1, null, false, 2),
        ('middle', null, 104, 3, null, true, 3), ('middle', null, 105, 3, null, true, 4),
        ('elementary', null, 101, 2, null, false, 1), ('elementary', null, 105, 3, null, true, 2),
        ('elementary', null, 109, 2, null, false, 3)
    ) as v (level, kind, task_id, score_group_id, credit, is_post_only, sequence)
        on v.level = m.level and (v.kind is null or v.kind = m.kind)
    union all
    select m.master_id, 1000 + s.subject_area::bigint * 100 + s.strand_no * 10 + s.standard_no, 2, null, false,
        10 + s.strand_no * 10 + s.standard_no, null
    from master_plan as m join standard_plan as s on s.subject_area = m.subject_area
    where m.level <> 'high' or s.standard_no = 1 or s.is_more
)
select row_number() over (order by master_id, sequence, task_id) as row_id, master_id as owner_id, task_id,
    score_group_id, case when credit is not null then department end as credit_type, credit,
    case when credit is not null then 1 end as term_gpa, is_post_only, sequence
from wanted;

-- step master_category: One row is a category of a course master.
insert into master_category by name
with wanted as (
    select m.master_id, v.* exclude (level, kind)
    from master_plan as m
    join (values
        ('high', 'general', 1, 'Tests', 40, 0, []::bigint[]), ('high', 'general', 2, 'Quizzes', 20, 1, []),
        ('high', 'general', 3, 'Homework', 15, 0, []), ('high', 'general', 4, 'Classwork', 15, 0, []),
        ('high', 'general', 5, 'Participation', 10, 0, []), ('high', 'general', 6, 'Final Exam', 100, 0, [103]),
        ('high', 'science', 1, 'Tests', 35, 0, []), ('high', 'science', 2, 'Quizzes', 15, 1, []),
        ('high', 'science', 3, 'Labs', 30, 0, [101, 106]), ('high', 'science', 4, 'Homework', 20, 0, []),
        ('high', 'science', 5, 'Final Exam', 100, 0, [103]),
        ('high', 'arts', 1, 'Projects', 50, 0, []), ('high', 'arts', 2, 'Portfolio', 20, 0, [101, 107]),
        ('high', 'arts', 3, 'Critiques', 15, 0, []), ('high', 'arts', 4, 'Participation', 15, 0, []),
        ('high', 'arts', 5, 'Final Exam', 100, 0, [103]),
        ('high', 'advisory', 1, 'Participation', 100, 0, []),
        ('middle', 'general', 1, 'Tests', 35, 0, []), ('middle', 'general', 2, 'Quizzes', 20, 0, []),
        ('middle', 'general', 3, 'Homework', 15, 1, []), ('middle', 'general', 4, 'Classwork', 15, 0, []),
        ('middle', 'general', 5, 'Projects', 15, 0, []),
        ('elementary', 'general', 1, 'Tests', 30, 0, []), ('elementary', 'general', 2, 'Classwork', 40, 0, []),
        ('elementary', 'general', 3, 'Homework', 20, 0, []), ('elementary', 'general', 4, 'Projects', 10, 0, [])
    ) as v (level, kind, sequence, name, weight, drop_lowest, task_ids) on v.level = m.level and v.kind = m.kind
)
select row_number() over (order by master_id, sequence) as row_id, master_id as owner_id, name, weight, sequence,
    false as is_excluded, drop_lowest, task_ids
from wanted;

-- step master_grade_calc: One row is how a task of a course master is calculated in a term. Larger districts
-- have one for every task and term, most of them saying that nothing is calculated.
insert into master_grade_calc by name
with wanted as (
    select t.owner_id, t.task_id, q.term_seq, m.level, m.code,
        t.task_id in (101, 106, 107)
            or t.task_id in (102, 103) and q.term_seq in (2, 4)
            or t.task_id = 109 and q.term_seq = 4
            or t.task_id > 1000 and m.level = 'elementary' as is_calculated
    from master_task as t
    join master_plan as m on m.master_id = t.owner_id
    cross join (values (1), (2), (3), (4)) as q (term_seq)
)
select row_number() over (order by owner_id, task_id, term_seq) as row_id, owner_id, task_id, term_seq,
    case when is_calculated then 'in_progress' else 'none' end as calc_type,
    case when level = 'elementary' then 2 when code in ('01005', '02124') then 3 else 1 end as scale_id,
    task_id < 1000 as weight_categories, level = 'elementary' as use_percent,
    case when task_id > 1000 then 5 end as last_n,
    case when task_id = 102 and level = 'middle' and is_calculated then term_seq - 1 end
        as cumulative_from_term_seq
from wanted cross join size_of as z
where is_calculated or z.has_more_setup;

-- step master_composite: One row is a child of a composite grade: semesters of two quarters (and an exam), or
-- the year of its quarters.
insert into master_composite by name
with wanted as (
    select m.master_id, v.task_id, v.term_seq, v.child_task_id, v.child_term_seq, v.weight
    from master_plan as m
    join (values
        ('high', 102, 2, 101, 1, 40), ('high', 102, 2, 101, 2, 40), ('high', 102, 2, 103, 2, 20),
        ('high', 102, 4, 101, 3, 40), ('high', 102, 4, 101, 4, 40), ('high', 102, 4, 103, 4, 20),
        ('middle', 102, 2, 101, 1, 50), ('middle', 102, 2, 101, 2, 50),
        ('middle', 102, 4, 101, 3, 50), ('middle', 102, 4, 101, 4, 50),
        ('elementary', 109, 4, 101, 1, 25), ('elementary', 109, 4, 101, 2, 25),
        ('elementary', 109, 4, 101, 3, 25), ('elementary', 109, 4, 101, 4, 25)
    ) as v (level, task_id, term_seq, child_task_id, child_term_seq, weight) on v.level = m.level
)
select row_number() over (order by master_id, task_id, term_seq, child_task_id, child_term_seq) as row_id,
    master_id as owner_id, task_id, term_seq, child_task_id, child_term_seq, weight
from wanted;

-- step master_assessment: One row is a test aligned to a course master, to a standard where it has one.
insert into master_assessment by name
with wanted as (
    select m.master_id, v.test_id, v.start_date, v.end_date,
        case when v.test_id = 3 then 1000 + m.subject_area::bigint * 100 + 11 end as standard_task_id
    from master_plan as m
    join (values
        ('elementary', '01', 5, date '2025-09-02', date '2025-09-12'),
        ('elementary', '02', 1, date '2025-09-02', date '2025-09-12'),
        ('elementary', '02', 3, date '2026-04-13', date '2026-04-24'),
        ('middle', '01', 1, date '2025-09-08', date '2025-09-19'),
        ('middle', '02', 1, date '2025-09-08', date '2025-09-19'),
        ('middle', '02', 3, date '2026-04-13', date '2026-04-24'),
        ('high', '01', 4, date '2026-05-04', date '2026-05-15'),
        ('high', '02', 3, date '2026-04-20', date '2026-05-01'),
        ('high', '03', 4, date '2026-05-04', date '2026-05-15')
    ) as v (level, subject_area, test_id, start_date, end_date)
        on v.level = m.level and v.subject_area = m.subject_area
)
select row_number() over (order by master_id, test_id) as row_id, master_id as owner_id, test_id,
    standard_task_id, start_date, end_date, true as copies_forward
from wanted;

-- step daily work of psychology: One more category, which the district takes away again later.
insert into master_category by name
select (select max(row_id) from master_category) + 1 as row_id, master_id as owner_id, 'Daily Work' as name,
    5 as weight, 7 as sequence, false as is_excluded, 0 as drop_lowest, []::bigint[] as task_ids
from master_plan where level = 'high' and code = '04254';
