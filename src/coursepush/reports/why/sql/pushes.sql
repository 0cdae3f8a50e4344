-- One row a push and level: what it wrote to the row or field asked about. Parameters: course_id, section_id (null:
-- the course alone), on_course and element (the data type on each level), field, key_id, and for categories course_rows
-- and section_rows: the rows asked about, which may have had another name then.
with wrote as (
    select
        h.push_id,
        {level:h} as level,
        h.verdict,
        h.before,
        h.after
    from push.history_row as h
    where h.verdict in ({writing})
        and (
            (h.hop = 1 and h.course_id = $course_id and h.element = $on_course)
            or (
                h.hop = 2 and h.section_id = $section_id and h.course_id = $course_id and h.element = $element
            )
        )
        and (
            h.field = $field
            or {key_id} = $key_id
            or {old_key_id} = $key_id
            or {of_row}
        )
)
select w.level, w.push_id, p.title, p.applied_at, w.verdict, w.before, w.after
from wrote as w
join push.history as p on p.push_id = w.push_id
order by w.push_id desc, w.level desc, w.verdict
