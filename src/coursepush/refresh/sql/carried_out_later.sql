union all
    -- a row that pushes wrote and that is not here now: added here and in no extract until now, or taken away here
    (
        select p.row_id, n.row_id
        from last_pushed_{table} as p
        join {staged} as n on {same_pushed}
        anti join same_{table} as s on s.old_id = p.row_id
        anti join same_{table} as s on s.new_id = n.row_id
        anti join district.main.{table} as d on d.row_id = p.row_id
        qualify row_number() over (partition by p.row_id order by p.v is null, n.row_id <> p.row_id, n.row_id) = 1
    )
