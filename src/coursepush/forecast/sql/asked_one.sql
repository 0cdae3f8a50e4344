-- One row: the section, task and term whose grade is asked for.
create temp table {p}asked as
select
    cast($section as bigint) as section_id,
    cast($task as bigint) as task_id,
    cast($term as integer) as term_seq
