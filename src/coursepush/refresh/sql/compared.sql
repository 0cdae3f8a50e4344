-- One row a key whose row differs between the last load (l), the district now (d) and the new extract (n): what
-- our pushes changed and the extract has, what it does not have, and what others changed. A push (p) may be
-- carried out after a refresh that did not have it yet; it is then known by its values, wherever they are linked.
-- Compared is k, the columns that the extract gives; v has all of them.
create temp table compared_{table} as
with d as (
    {district}
), n as (
    {extract}
), l as (
    {last_load}
), beside as (
    select
        {d_or_n_keys},
        d.row_id as d_row_id,
        n.row_id as n_row_id,
        d.v as d_v,
        n.v as n_v,
        d.k as d_k,
        n.k as n_k
    from d
    full join n on {d_is_n}
), judged as (
    select
        {b_or_l_keys},
        b.d_row_id,
        b.n_row_id,
        b.d_v,
        b.n_v,
        l.v as l_v,
        b.d_k is not distinct from b.n_k as d_is_n,
        b.n_k is not distinct from l.k as n_is_l,
        b.d_k is not distinct from l.k as d_is_l
    from beside as b
    full join l on {b_is_l}
)
select
    {j_keys},
    j.d_row_id,
    j.n_row_id,
    j.d_v,
    j.n_v,
    j.l_v,
    case
        when j.d_is_n then 'by_our_push'
        when j.n_is_l then 'not_carried_out'
        when {n_is_p} then 'by_our_push'
        when j.d_v is null then 'added'
        when j.n_v is null then 'removed'
        else 'changed'
    end as what
from judged as j
{pushed_join}
where not (j.d_is_n and j.d_is_l)
    {but_kept}
