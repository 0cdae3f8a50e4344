-- one row a present category whose parent is wanted, whatever its name
    select
        p.row_id,
        p.name_key,
        w.owner_id,
        w.upper_row_id,
        w.name_key = p.name_key as is_namesake,
        w.blocked is null and not p.is_link_broken and not {differs} as is_same
    from present as p
    join wanted as w on w.owner_id = p.owner_id and w.upper_row_id = p.parent_row_id
), leaving as (
    -- those of them that the step `same` lists
    select * from linked as l
    where {leaves_same}
), present_left as (
    select * from present as p
    anti join leaving as l on l.row_id = p.row_id
), wanted_left as (
    select * from wanted as w
    anti join leaving as l on l.owner_id = w.owner_id and l.upper_row_id = w.upper_row_id
), met_by_link as (
    -- of several categories with one parent the one in place 1 pairs
    select
        l.row_id,
        l.owner_id,
        l.upper_row_id,
        case when w.upper_row_id is null then 0 else 1 end * row_number() over (
            partition by l.owner_id, l.upper_row_id
            order by l.is_namesake desc, l.name_key
        ) as place
    from linked as l
    left join wanted_left as w on w.owner_id = l.owner_id and w.upper_row_id = l.upper_row_id
    where not {leaves_same}
), met_by_name as (
    -- one row a pair of what is left; left-over rows of the course are paired by link only (RULES.md 5.1)
    select p.row_id, w.owner_id, w.upper_row_id
    from present_left as p
    anti join met_by_link as l on l.row_id = p.row_id and l.place = 1
    join wanted_left as w on w.owner_id = p.owner_id and w.name_key = p.name_key and w.spreads
    anti join met_by_link as l on l.owner_id = w.owner_id and l.upper_row_id = w.upper_row_id
), paired as (
    select row_id, owner_id, upper_row_id from met_by_link where place = 1
    union all
    select row_id, owner_id, upper_row_id from met_by_name
), met as (
    -- one row a wanted category and the present one it meets, or one of them alone (RULES.md 3)
    select
        coalesce(w.owner_id, p.owner_id) as owner_id,
        coalesce(w.course_id, p.course_id) as course_id,
        p.row_id,
        p.parent_row_id,
        p.is_link_broken,
        w.upper_row_id,
        w.upper_is_new,
        w.spreads,
        w.blocked,
        {differs} as differs,
        coalesce(l.place <> 1, false) as is_second,
        {columns}
    from wanted_left as w
    left join paired as x on x.owner_id = w.owner_id and x.upper_row_id = w.upper_row_id
    full join present_left as p on p.row_id = x.row_id
    left join met_by_link as l on l.row_id = p.row_id
