-- One row a category that others renamed, in the place of one that came and one that went.
update compared_{table} as c
set what = 'renamed', d_v = old.d_v, l_v = old.l_v, d_row_id = old.d_row_id
from (
    select went.*
    from compared_{table} as went
    join same_{table} as s on s.old_id = went.d_row_id and s.is_renamed
    where went.what = 'removed'
) as old
where c.what = 'added' and c.n_row_id = old.d_row_id
