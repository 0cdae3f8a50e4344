-- One row a side and category with assignments that counts (GRADES.md 2): its weight in ten-thousandths, its tasks as
-- text ('': all).
create temp table {p}category as
{selects}
