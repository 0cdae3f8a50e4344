-- Categories of either hop: push.wanted_category and push.present_category become push.change_category and
-- push.renamed_category. A category pairs with the one it comes from, whatever their names, else by name.
alter table push.wanted_category add primary key (owner_id, row_id);
alter table push.present_category add primary key (row_id);
create index on push.wanted_category (owner_id, name_key);
analyze push.wanted_category;
analyze push.present_category;

-- One row a category whose parent is wanted. Of several with one parent the one in place 1 pairs.
create unlogged table push.category_by_link as
select
    p.row_id,
    w.owner_id,
    w.row_id as upper_row_id,
    row_number() over (
        partition by w.owner_id, w.row_id
        order by (w.name_key = p.name_key) desc, p.name_key
    ) as place
from push.present_category as p
join push.wanted_category as w on w.owner_id = p.owner_id and w.row_id = p.parent_row_id;

alter table push.category_by_link add primary key (row_id);
create index on push.category_by_link (owner_id, upper_row_id);
analyze push.category_by_link;

-- One row a pair. What does not spread is for those linked to it and for nobody else.
create unlogged table push.category_pair as
select row_id, owner_id, upper_row_id
from push.category_by_link
where place = 1
union all
select p.row_id, w.owner_id, w.row_id
from push.present_category as p
join push.wanted_category as w on w.owner_id = p.owner_id and w.name_key = p.name_key and w.spreads
where not exists (select from push.category_by_link as l where l.row_id = p.row_id and l.place = 1)
    and not exists (
        select from push.category_by_link as l where l.owner_id = w.owner_id and l.upper_row_id = w.row_id
    );

alter table push.category_pair add primary key (row_id);
create index on push.category_pair (owner_id, upper_row_id);
analyze push.category_pair;

-- One row a category that is wanted or there, with what becomes of it: insert, beside (insert, and the present
-- one stays but loses its name), update, delete, keep. `is_written`: its name is given by this push.
create unlogged table push.change_category as
with matched as (
    select
        w.owner_id,
        w.row_id as upper_row_id,
        p.row_id,
        case
            when w.is_blocked then 'keep'
            when p.row_id is null then case when w.spreads then 'insert' else 'keep' end
            when p.is_kept_if_local and (p.parent_row_id is null or l.place > 1) then 'beside'
            when p.is_link_broken then 'update'
            when (
                p.parent_row_id, p.name, p.weight, p.sequence, p.is_excluded, p.drop_lowest, p.task_ids
            ) is distinct from (
                w.row_id, w.name, w.weight, w.sequence, w.is_excluded, w.drop_lowest, w.task_ids
            ) then 'update'
            else 'keep'
        end as verdict
    from push.wanted_category as w
    left join push.category_pair as x on x.owner_id = w.owner_id and x.upper_row_id = w.row_id
    left join push.present_category as p on p.row_id = x.row_id
    left join push.category_by_link as l on l.row_id = p.row_id
    union all
    select
        p.owner_id,
        null as upper_row_id,
        p.row_id,
        case when p.is_used then 'keep' else 'delete' end as verdict
    from push.present_category as p
    where not exists (select from push.category_pair as x where x.row_id = p.row_id)
)
select
    m.owner_id,
    m.row_id,
    m.upper_row_id,
    m.verdict,
    w.name,
    w.weight,
    w.sequence,
    w.is_excluded,
    w.drop_lowest,
    w.task_ids,
    w.name_key
from matched as m
left join push.wanted_category as w on w.owner_id = m.owner_id and w.row_id = m.upper_row_id;

analyze push.change_category;

-- One row a category that stays and loses its name to one that is written: it is renamed to the first of
-- name(1), name(2), ... that nothing on its owner has. Only names that begin alike can come to want the same
-- one; they take turns in order of name.
create unlogged table push.renamed_category as
with recursive written as materialized (
    select owner_id, name_key
    from push.change_category
    where verdict in ('insert', 'beside', 'update')
), kept as materialized (
    select p.row_id, p.owner_id, p.name, p.name_key, n.name_key is not null as is_taken
    from push.change_category as x
    join push.present_category as p on p.row_id = x.row_id
    left join written as n on n.owner_id = p.owner_id and n.name_key = p.name_key
    where x.verdict in ('keep', 'beside')
), loser as materialized (
    select
        *,
        left(name_key, 40) as beginning,
        row_number() over (partition by owner_id, left(name_key, 40) order by name_key) as turn
    from kept
    where is_taken
), taken as materialized (
    select owner_id, name_key
    from written
    where owner_id in (select owner_id from loser)
    union
    select owner_id, name_key
    from kept
    where not is_taken and owner_id in (select owner_id from loser)
), given as (
    select
        null::bigint as row_id,
        owner_id,
        beginning,
        0::bigint as turn,
        null::text as new_name,
        array[]::text[] as given_keys
    from loser
    where turn = 1
    union all
    select
        r.row_id,
        r.owner_id,
        r.beginning,
        r.turn,
        f.new_name,
        g.given_keys || lower(f.new_name)
    from given as g
    join loser as r on r.owner_id = g.owner_id and r.beginning = g.beginning and r.turn = g.turn + 1
    cross join lateral (
        select tried.new_name
        from generate_series(
            1, (select count(*) from taken as t where t.owner_id = r.owner_id) + r.turn
        ) as number
        cross join lateral (
            select left(r.name, 50 - length('(' || number || ')')) || '(' || number || ')' as new_name
        ) as tried
        where lower(tried.new_name) <> all (g.given_keys)
            and not exists (
                select from taken as t where t.owner_id = r.owner_id and t.name_key = lower(tried.new_name)
            )
        order by number
        limit 1
    ) as f
)
select row_id, new_name
from given
where turn > 0;
