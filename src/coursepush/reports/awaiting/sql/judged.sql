-- One row a course or section, data type, verdict and reason that a push has for rows or fields of it, with how many.
-- `is_broken`: their link to the course master is broken.
create temp table {p}judged (
    hop integer,
    element varchar,
    owner_id bigint,
    course_id bigint,
    verdict varchar,
    reason varchar,
    is_broken boolean,
    rows bigint
)
