-- one row a group: of how many students a grade was looked at, moves, and so on; in how many sections of how many
-- teachers one moves
    with placed as (
        -- one row a section with what it is counted by
        select s.section_id, s.teacher_id, k.school_id
        from {p}section as g
        join section as s on s.section_id = g.section_id
        join course as c on c.course_id = s.course_id
        join calendar as k on k.calendar_id = c.calendar_id
    ), each as (
        -- one row a group and student
        select {groups} m.student_id, {any_of}
        from {p}move as m
        join placed as g on g.section_id = m.section_id
        group by {groups} m.student_id
    ), place as (
        -- one row a group
        select {groups} count(distinct g.section_id) as sections, count(distinct g.teacher_id) as teachers
        from (select distinct section_id, task_id, term_seq from {p}move where moves) as m
        join placed as g on g.section_id = m.section_id
        {group_by}
    )
    select
        {names}
        count(*) as looked_at,
        {counts},
        coalesce(any_value(p.sections), 0) as sections,
        coalesce(any_value(p.teachers), 0) as teachers
    from each as e
    left join place as p on {same_group}
    {group_by_each}
