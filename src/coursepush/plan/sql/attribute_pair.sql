-- One row a course worked on and locked attribute or district-defined field, values as text (rules.md 4.1).
create temp table {p}attribute_pair as
{selects}
