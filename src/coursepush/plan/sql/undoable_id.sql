-- One row: the largest id that a push removed and that its undo would restore; a push taken back counts no more.
select max(h.row_id) as row_id
    from push.history_{table} as h
    join push.history as p on p.push_id = h.push_id and p.undoes is null
    anti join push.history as u on u.undoes = h.push_id
    where h.verdict = 'delete'
