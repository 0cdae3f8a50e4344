-- What a district that lives in PostgreSQL would have beside its primary keys: the ways down from catalog to
-- section, and those to students' work.
create index on catalog_school (catalog_id, end_year);
create index on calendar (school_id);
create index on course (calendar_id);
create index on course (master_id);
create index on section (course_id);

create index on master_task (owner_id);
create index on master_assessment (owner_id);
create index on master_category (owner_id);
create index on master_composite (owner_id);
create index on master_grade_calc (owner_id);

create index on course_task (owner_id);
create index on course_assessment (owner_id);
create index on course_category (owner_id);
create index on course_composite (owner_id);
create index on course_grade_calc (owner_id);

create index on section_category (owner_id);
create index on section_category (parent_row_id);
create index on section_composite (owner_id);
create index on section_composite (parent_row_id);
create index on section_grade_calc (owner_id);
create index on section_grade_calc (parent_row_id);

create index on assignment (section_id);
create index on assignment (category_row_id);
