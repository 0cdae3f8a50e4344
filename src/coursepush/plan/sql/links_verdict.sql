-- One verdict a row of a course or section (plan/links.py): linked already, found by its key, or left as it is.
-- What nothing pairs with above has none: linking adds nothing.
create temp table {p}verdict_{hop}_{element} as
select
    owner_id,
    course_id,
    row_id,
    upper_row_id,
    upper_is_new,
    link,
    {verdict} as verdict,
    {reason} as reason,
    null::varchar as use,
    differs
from {p}pair_{hop}_{element}
where row_id is not null
