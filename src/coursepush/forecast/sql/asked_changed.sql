-- One row a section, task and term whose grade a plan may move.
create temp table {p}asked as
select distinct section_id, task_id, term_seq
from {p}cause
