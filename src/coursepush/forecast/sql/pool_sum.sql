-- One row a pool and student: the sums whose quotient is the category's percent (GRADES.md 6), of the scores that are
-- left.
create temp table {p}pool_sum as
{scores_left}
select pool_id, student_id, sum({amount}) as amount, sum({divisor}) as divisor
from every
group by pool_id, student_id
