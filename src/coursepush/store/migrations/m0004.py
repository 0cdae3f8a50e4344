"""Layout 4: the district keeps who approved what, its policy, and what was refused."""

from __future__ import annotations

from coursepush.store.migrations.migration import Migration, StandIn, Step

MIGRATION = Migration(
    to=4,
    steps=(
        Step(
            "create push.approval",
            # one row an approval of a plan
            """
            create table district.push.approval (
                approval_id BIGINT,
                approval_key VARCHAR,
                digest VARCHAR,
                plan_id VARCHAR,
                title VARCHAR,
                approved_by VARCHAR,
                os_user VARCHAR,
                comment VARCHAR,
                overrides VARCHAR,
                approved_at TIMESTAMP,
                from_file BOOLEAN,
                kept_by VARCHAR,
                kept_at TIMESTAMP
            )
            """,
        ),
        Step(
            "create push.approval_withdrawn",
            # one row an approval that was withdrawn
            """
            create table district.push.approval_withdrawn (
                approval_id BIGINT,
                withdrawn_by VARCHAR,
                os_user VARCHAR,
                comment VARCHAR,
                withdrawn_at TIMESTAMP
            )
            """,
        ),
        Step(
            "create push.approval_use",
            # one row an approval that a push was applied with
            """
            create table district.push.approval_use (
                push_id BIGINT,
                approval_id BIGINT,
                is_counted BOOLEAN
            )
            """,
        ),
        Step(
            "create push.policy",
            # one row a policy that was set
            """
            create table district.push.policy (
                policy_id BIGINT,
                policy VARCHAR,
                set_by VARCHAR,
                os_user VARCHAR,
                comment VARCHAR,
                set_at TIMESTAMP
            )
            """,
        ),
        Step(
            "create push.refusal",
            # one row an apply that was refused
            """
            create table district.push.refusal (
                refusal_id BIGINT,
                refused_at TIMESTAMP,
                refused_to VARCHAR,
                plan_id VARCHAR,
                digest VARCHAR,
                kind VARCHAR,
                title VARCHAR,
                missing VARCHAR
            )
            """,
        ),
    ),
    stand_ins=(
        StandIn(
            "push.approval",
            # no row: nobody approved anything
            lambda earlier: (
                """
            select null::bigint as approval_id, null::varchar as approval_key, null::varchar as digest,
                null::varchar as plan_id, null::varchar as title, null::varchar as approved_by,
                null::varchar as os_user, null::varchar as comment, null::varchar as overrides,
                null::timestamp as approved_at, null::boolean as from_file, null::varchar as kept_by,
                null::timestamp as kept_at
            where false
            """
            ),
        ),
        StandIn(
            "push.approval_withdrawn",
            # no row: none was withdrawn
            lambda earlier: (
                """
            select null::bigint as approval_id, null::varchar as withdrawn_by, null::varchar as os_user,
                null::varchar as comment, null::timestamp as withdrawn_at
            where false
            """
            ),
        ),
        StandIn(
            "push.approval_use",
            # no row: none was used
            lambda earlier: (
                """
            select null::bigint as push_id, null::bigint as approval_id, null::boolean as is_counted
            where false
            """
            ),
        ),
        StandIn(
            "push.policy",
            # no row: none was set
            lambda earlier: (
                """
            select null::bigint as policy_id, null::varchar as policy, null::varchar as set_by,
                null::varchar as os_user, null::varchar as comment, null::timestamp as set_at
            where false
            """
            ),
        ),
        StandIn(
            "push.refusal",
            # no row: none was refused
            lambda earlier: (
                """
            select null::bigint as refusal_id, null::timestamp as refused_at, null::varchar as refused_to,
                null::varchar as plan_id, null::varchar as digest, null::varchar as kind,
                null::varchar as title, null::varchar as missing
            where false
            """
            ),
        ),
    ),
)
