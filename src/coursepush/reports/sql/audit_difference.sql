-- One row a difference between a course and its course master; filled data type by data type.
create temp table {p}difference (
    course_id bigint,
    row_id bigint,
    upper_row_id bigint,
    element varchar,
    key varchar,
    place varchar,
    field varchar,
    difference varchar,
    link varchar,
    use varchar,
    lock varchar,
    master_value varchar,
    course_value varchar,
    is_post_only boolean,
    broken varchar
)
