-- One row an approval, withdrawal, refusal, policy and refresh.
select
    a.approved_at as "when",
    'approved' as what,
    u.push_id,
    null::bigint as job,
    a.title,
    a.approved_by as who,
    a.os_user,
    concat_ws(' ', nullif(a.comment, ''), 'Overrides: ' || nullif(a.overrides, '') || '.') as comment,
    null::bigint as rows,
    null::varchar as approved_by,
    null::bigint as undoes,
    null::varchar as undone_by,
    a.digest,
    null::varchar as report
from push.approval as a
left join push.approval_use as u on u.approval_id = a.approval_id
union all
select
    w.withdrawn_at, 'approval withdrawn', null, null, a.title, w.withdrawn_by, w.os_user, w.comment, null, null, null,
    null, a.digest, null
from push.approval_withdrawn as w
join push.approval as a on a.approval_id = w.approval_id
union all
select
    refused_at, 'refused', null, null, title, refused_to, refused_to, missing, null, null, null, null, digest, null
from push.refusal
union all
select
    set_at, 'policy set', null, null, 'What is asked for before a plan is applied',
    coalesce(nullif(set_by, ''), os_user), os_user, comment, null, null, null, null, null, null
from push.policy
union all
select
    made_at, 'refreshed', null, null, 'Refresh ' || refresh_id, made_by, made_by, null, null, null, null, null, null,
    null
from push.refresh
