select
    '{family}' as family,
    owner_id,
    upper_row_id,
    (
        select coalesce(max(row_id), 0)
        from (
            {largest}
        )
    ) + row_number() over (order by owner_id, {key_order}) as row_id
from (
    {added}
)
