-- One row a push.
select
    h.applied_at as "when",
    case when h.kind = 'undo' then 'undone' when h.kind = 'links' then 'linked' else 'pushed' end as what,
    h.push_id,
    q.job_id as job,
    h.title,
    coalesce(q.submitted_by, h.applied_by) as who,
    coalesce(q.os_user, h.applied_by) as os_user,
    q.comment,
    h.rows,
    (
        select string_agg(a.approved_by, '; ' order by a.approval_id)
        from push.approval_use as u
        join push.approval as a on a.approval_id = u.approval_id
        where u.push_id = h.push_id and u.is_counted
    ) as approved_by,
    h.undoes,
    (
        select string_agg(cast(b.push_id as varchar), ', ' order by b.push_id)
        from push.history as b
        where b.undoes = h.push_id
    ) as undone_by,
    h.digest,
    q.report
from push.history as h
left join queued_jobs as q on q.plan_id = h.plan_id
