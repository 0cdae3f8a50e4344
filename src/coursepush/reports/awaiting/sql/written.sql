-- One row a change that a push would write on one course or section: a field of a row, or a whole row with field null
-- where it is added, removed or only linked again. `after_value` is what it would be, `before_value` what it is.
create temp table {p}written (
    hop integer,
    element varchar,
    course_id bigint,
    section_id bigint,
    row_id bigint,
    key varchar,
    field varchar,
    change varchar,
    before_value varchar,
    after_value varchar,
    use varchar
)
