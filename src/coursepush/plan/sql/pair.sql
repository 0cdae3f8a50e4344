-- one row a pair of {element}: what its verdict rests on
    select
        '{element}' as element,
        m.rowid as met_id,
        m.row_id,
        m.parent_row_id,
        m.is_link_broken,
        m.upper_row_id,
        m.spreads,
        m.blocked,
        m.differs,
        {is_second} as is_second,
        {parent_owner_id} as parent_owner_id,
        {is_used} as is_used,
        {on_residual_task} as on_residual_task,
        '{mode}' as mode,
        '{unused}' as unused
    from {met} as m
    {joins}
