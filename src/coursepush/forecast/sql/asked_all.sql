-- One row a section, task and term whose grades are asked for: whatever has options, and is not left out.
create temp table {p}asked as
select distinct section_id, task_id, term_seq
from {p}option
where ($tasks::bigint[] is null or list_contains($tasks::bigint[], task_id))
    and ($terms::integer[] is null or list_contains($terms::integer[], term_seq))
