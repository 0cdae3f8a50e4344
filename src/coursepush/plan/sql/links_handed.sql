-- One row a setup row of a course, which linking leaves as it is: what rows of its sections may come from. What
-- is left over on the course is among them.
create temp view {p}handed_{element} as
select
    u.row_id,
    false as is_new,
    u.owner_id,
    true as spreads,
    {values}
from {p}present_1_{element} as u
join {p}target_course as c on c.course_id = u.owner_id
{joins}
