-- One row a side and child of a composite grade (GRADES.md 8); its weight in ten-thousandths.
create temp table {p}child as
{selects}
