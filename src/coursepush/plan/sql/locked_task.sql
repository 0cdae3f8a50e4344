(
        -- one row a verdict on a task of a course whose catalog locks it
        select v.*
        from {0} as v
        join course as c on c.course_id = v.course_id
        join course_master as m on m.master_id = c.master_id
        semi join catalog_lock as l on l.catalog_id = m.catalog_id and l.lock = '{1}'
    )
