-- One row a side, section, task and term with calculation options other than `none` (GRADES.md 1).
create temp table {p}option as
{selects}
