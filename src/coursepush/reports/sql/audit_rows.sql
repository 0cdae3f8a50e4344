-- One row a difference between what a course and its course master have of one element: a row that one of them lacks,
-- a value that differs, or a link that is not sound although all values are equal.
insert into {p}difference by name
with met as (
    select
        x.owner_id as course_id,
        x.row_id,
        x.upper_row_id,
        x.pairing,
        x.link,
        x.differs,
        case when x.pairing = 'extra' then case when g.row_id is not null then 'used' else '{unused}' end end as use,
        p.parent_row_id,
        p.is_link_broken,
        {columns}
    from {p}pair_1_{element} as x
    left join {p}present_1_{element} as p on p.row_id = x.row_id
    left join {p}wanted_1_{element} as w on w.owner_id = x.owner_id and w.upper_row_id = x.upper_row_id
    left join {p}used_1_{element} as g on g.row_id = x.row_id
    where x.pairing <> 'paired' or x.differs or x.link <> 'linked'
), told as (
    select *, null as field, pairing as difference, {lock} as lock, {master_row} as master_value,
        {course_row} as course_value
    from met
    where pairing <> 'paired'
    union all
    select *, null, 'link', {lock}, {master_row}, {course_row}
    from met
    where pairing = 'paired' and not differs
    {fields}
)
select
    t.course_id,
    t.row_id,
    t.upper_row_id,
    '{element}' as element,
    {key} as key,
    {key_id} as place,
    t.field,
    t.difference,
    t.link,
    t.use,
    t.lock,
    t.master_value,
    t.course_value,
    {post_only} as is_post_only,
    case
        when t.link is distinct from 'broken' then null
        when t.is_link_broken then 'flagged'
        when u.owner_id is distinct from c.master_id then 'other_master'
        else 'other_key'
    end as broken
from told as t
join {p}target_course as c on c.course_id = t.course_id
left join {upper_table} as u on u.row_id = t.parent_row_id
