-- one row a course worked on and locked attribute, values as text
    select
        t.course_id,
        unnest([{fields}]) as field,
        unnest([{before}]) as before_value,
        unnest([{after}]) as after_value
    from {p}target_course as t
    join course as c on c.course_id = t.course_id
    join course_master as m on m.master_id = t.master_id
