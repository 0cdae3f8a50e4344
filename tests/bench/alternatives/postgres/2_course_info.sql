-- Course attributes and district-defined fields, each with a lock of its own.

-- One row a course whose new number another course of its calendar would have: assume that every number goes
-- through, fail those that collide, and repeat with the numbers that then come back.
create unlogged table push.number_clash as
with recursive changing as materialized (
    select c.course_id, c.calendar_id, c.number as old_number, m.number as new_number
    from push.target_course as t
    join course as c on c.course_id = t.course_id
    join course_master as m on m.master_id = t.master_id
    where m.number <> c.number
        and exists (select from push.locked where lock = 'course_info.number')
), assumed as materialized (
    select c.course_id, c.calendar_id, coalesce(n.new_number, c.number) as number
    from course as c
    left join changing as n on n.course_id = c.course_id
    where c.calendar_id in (select calendar_id from changing)
), failed (course_id) as (
    select n.course_id
    from changing as n
    join assumed as other on other.calendar_id = n.calendar_id and other.number = n.new_number
    where other.course_id <> n.course_id
    union
    select n.course_id
    from failed as f
    join changing as back on back.course_id = f.course_id
    join changing as n on n.calendar_id = back.calendar_id and n.new_number = back.old_number
    where n.course_id <> back.course_id
)
select course_id from failed;

analyze push.number_clash;

-- One row a course worked on, as it will stand: what is locked comes from its course master.
create unlogged table push.course_after as
with locks as (
    select
        coalesce(bool_or(lock = 'course_info.number'), false) as number,
        coalesce(bool_or(lock = 'course_info.name'), false) as name,
        coalesce(bool_or(lock = 'course_info.description'), false) as description,
        coalesce(bool_or(lock = 'course_info.state_code'), false) as state_code,
        coalesce(bool_or(lock = 'course_info.department'), false) as department,
        coalesce(bool_or(lock = 'course_info.subject_type'), false) as subject_type,
        coalesce(bool_or(lock = 'course_info.sced_subject_area'), false) as sced_subject_area,
        coalesce(bool_or(lock = 'course_info.sced_course_id'), false) as sced_course_id,
        coalesce(bool_or(lock = 'course_info.sced_course_level'), false) as sced_course_level,
        coalesce(bool_or(lock = 'course_info.sced_lowest_grade'), false) as sced_lowest_grade,
        coalesce(bool_or(lock = 'course_info.sced_highest_grade'), false) as sced_highest_grade,
        coalesce(bool_or(lock = 'course_info.terms'), false) as terms,
        coalesce(bool_or(lock = 'course_info.schedules'), false) as schedules,
        coalesce(bool_or(lock = 'course_info.periods'), false) as periods,
        coalesce(bool_or(lock = 'course_info.max_students'), false) as max_students,
        coalesce(bool_or(lock = 'course_info.takes_attendance'), false) as takes_attendance,
        coalesce(bool_or(lock = 'course_info.is_standards_based'), false) as is_standards_based,
        coalesce(bool_or(lock = 'course_info.on_transcript'), false) as on_transcript,
        coalesce(bool_or(lock = 'course_info.is_advisory'), false) as is_advisory,
        coalesce(bool_or(lock = 'course_info.is_activity'), false) as is_activity,
        coalesce(bool_or(lock = 'course_info.course_type'), false) as course_type,
        coalesce(bool_or(lock = 'course_info.honors_code'), false) as honors_code,
        coalesce(bool_or(lock = 'course_info.gpa_weight'), false) as gpa_weight
    from push.locked
)
select
    c.course_id,
    case when l.number and n.course_id is null then m.number else c.number end as number,
    case when l.name then m.name else c.name end as name,
    case when l.description then m.description else c.description end as description,
    case when l.state_code then m.state_code else c.state_code end as state_code,
    case when l.department then m.department else c.department end as department,
    case when l.subject_type then m.subject_type else c.subject_type end as subject_type,
    case when l.sced_subject_area then m.sced_subject_area else c.sced_subject_area end as sced_subject_area,
    case when l.sced_course_id then m.sced_course_id else c.sced_course_id end as sced_course_id,
    case when l.sced_course_level then m.sced_course_level else c.sced_course_level end as sced_course_level,
    case when l.sced_lowest_grade then m.sced_lowest_grade else c.sced_lowest_grade end as sced_lowest_grade,
    case when l.sced_highest_grade then m.sced_highest_grade else c.sced_highest_grade end as sced_highest_grade,
    case when l.terms then m.terms else c.terms end as terms,
    case when l.schedules then m.schedules else c.schedules end as schedules,
    case when l.periods then m.periods else c.periods end as periods,
    case when l.max_students then m.max_students else c.max_students end as max_students,
    case when l.takes_attendance then m.takes_attendance else c.takes_attendance end as takes_attendance,
    case when l.is_standards_based then m.is_standards_based else c.is_standards_based end as is_standards_based,
    case when l.on_transcript then m.on_transcript else c.on_transcript end as on_transcript,
    case when l.is_advisory then m.is_advisory else c.is_advisory end as is_advisory,
    case when l.is_activity then m.is_activity else c.is_activity end as is_activity,
    case when l.course_type then m.course_type else c.course_type end as course_type,
    case when l.honors_code then m.honors_code else c.honors_code end as honors_code,
    case when l.gpa_weight then m.gpa_weight else c.gpa_weight end as gpa_weight
from push.target_course as t
join course as c on c.course_id = t.course_id
join course_master as m on m.master_id = t.master_id
left join push.number_clash as n on n.course_id = t.course_id
cross join locks as l;

analyze push.course_after;

update course as c
set
    number = a.number,
    name = a.name,
    description = a.description,
    state_code = a.state_code,
    department = a.department,
    subject_type = a.subject_type,
    sced_subject_area = a.sced_subject_area,
    sced_course_id = a.sced_course_id,
    sced_course_level = a.sced_course_level,
    sced_lowest_grade = a.sced_lowest_grade,
    sced_highest_grade = a.sced_highest_grade,
    terms = a.terms,
    schedules = a.schedules,
    periods = a.periods,
    max_students = a.max_students,
    takes_attendance = a.takes_attendance,
    is_standards_based = a.is_standards_based,
    on_transcript = a.on_transcript,
    is_advisory = a.is_advisory,
    is_activity = a.is_activity,
    course_type = a.course_type,
    honors_code = a.honors_code,
    gpa_weight = a.gpa_weight
from push.course_after as a
where c.course_id = a.course_id
    and (
        c.number, c.name, c.description, c.state_code, c.department, c.subject_type, c.sced_subject_area,
        c.sced_course_id, c.sced_course_level, c.sced_lowest_grade, c.sced_highest_grade, c.terms, c.schedules,
        c.periods, c.max_students, c.takes_attendance, c.is_standards_based, c.on_transcript, c.is_advisory,
        c.is_activity, c.course_type, c.honors_code, c.gpa_weight
    ) is distinct from (
        a.number, a.name, a.description, a.state_code, a.department, a.subject_type, a.sced_subject_area,
        a.sced_course_id, a.sced_course_level, a.sced_lowest_grade, a.sced_highest_grade, a.terms, a.schedules,
        a.periods, a.max_students, a.takes_attendance, a.is_standards_based, a.on_transcript, a.is_advisory,
        a.is_activity, a.course_type, a.honors_code, a.gpa_weight
    );

-- A field without a row is null; one that is emptied keeps its row.
insert into custom_field (level, owner_id, field, value)
select 'course', t.course_id, f.field, m.value
from push.target_course as t
cross join (
    select substr(lock, length('course_info.custom.') + 1) as field
    from push.locked
    where starts_with(lock, 'course_info.custom.')
) as f
left join custom_field as c on c.level = 'course' and c.owner_id = t.course_id and c.field = f.field
left join custom_field as m on m.level = 'master' and m.owner_id = t.master_id and m.field = f.field
where m.value is distinct from c.value
on conflict (level, owner_id, field) do update set value = excluded.value;
