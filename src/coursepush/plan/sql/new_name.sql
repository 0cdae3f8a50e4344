-- One row a renamed category: each takes, in its turn, the first name that is free and not given before it.
with recursive given as (
    select
        f.row_id,
        f.owner_id,
        f.beginning,
        f.turn,
        arg_min(f.new_name, f.number) as new_name,
        [arg_min(f.new_key, f.number)] as given_keys
    from {p}free_name_{hop} as f
    where f.turn = 1
    group by f.row_id, f.owner_id, f.beginning, f.turn
    union all
    select
        f.row_id,
        f.owner_id,
        f.beginning,
        f.turn,
        arg_min(f.new_name, f.number) as new_name,
        list_append(any_value(g.given_keys), arg_min(f.new_key, f.number)) as given_keys
    from given as g
    join {p}free_name_{hop} as f
        on f.owner_id = g.owner_id and f.beginning = g.beginning and f.turn = g.turn + 1
    where not list_contains(g.given_keys, f.new_key)
    group by f.row_id, f.owner_id, f.beginning, f.turn
)
select row_id, new_name from given
