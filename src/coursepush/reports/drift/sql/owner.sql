-- One row a course or section with a change, and the courses of such sections: what stands there is looked up.
create temp table {p}owner as
select hop, owner_id from {p}event
union
select 1, course_id from {p}event
