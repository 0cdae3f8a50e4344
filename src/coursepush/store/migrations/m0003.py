"""Layout 3: the district remembers who brought its file up, what each load gave of it, and who approved what."""

from __future__ import annotations

from coursepush.store.migrations.migration import Migration, StandIn, Step

MIGRATION = Migration(
    to=3,
    steps=(
        Step(
            "create push.migration",
            # one row a migration of this file
            """
            create table district.push.migration (
                from_layout INTEGER,
                to_layout INTEGER,
                migrated_at TIMESTAMP,
                coursepush_version VARCHAR,
                duckdb_version VARCHAR
            )
            """,
        ),
        Step(
            "create push.given_column",
            # one row a column that a source gave; no row of a table of which that is not known
            """
            create table district.push.given_column (
                table_name VARCHAR,
                column_name VARCHAR,
                is_given BOOLEAN,
                loaded_at TIMESTAMP
            )
            """,
        ),
        Step(
            "create push.given_part",
            # one row a table of which the last extract could give only a part
            "create table district.push.given_part (table_name VARCHAR, part VARCHAR)",
        ),
        Step(
            "create push.kept_row",
            # one row a row of setup that the last extract could not give
            "create table district.push.kept_row (table_name VARCHAR, row_id BIGINT)",
        ),
        Step(
            "create push.removed",
            # one row a course or section that a refresh took away
            """
            create table district.push.removed (
                refresh_id INTEGER,
                level VARCHAR,
                id BIGINT,
                course_id BIGINT,
                school VARCHAR,
                calendar VARCHAR,
                course_number VARCHAR,
                course_name VARCHAR,
                section_number VARCHAR
            )
            """,
        ),
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
        Step("count renamed rows", "alter table district.push.refresh_table add column renamed BIGINT"),
        Step(
            "none was told as renamed",
            # one row a refresh and table: a category that was renamed was told as one removed and one added
            "update district.push.refresh_table set renamed = 0",
        ),
    ),
    stand_ins=(
        StandIn(
            "push.migration",
            # no row: the file is as it was made
            lambda earlier: (
                """
            select null::integer as from_layout, null::integer as to_layout, null::timestamp as migrated_at,
                null::varchar as coursepush_version, null::varchar as duckdb_version
            where false
            """
            ),
        ),
        StandIn(
            "push.given_column",
            # no row: which columns were given is not known
            lambda earlier: (
                """
            select null::varchar as table_name, null::varchar as column_name, null::boolean as is_given,
                null::timestamp as loaded_at
            where false
            """
            ),
        ),
        StandIn(
            "push.given_part",
            # no row: all was taken for given
            lambda earlier: "select null::varchar as table_name, null::varchar as part where false",
        ),
        StandIn(
            "push.kept_row",
            # no row: none was kept
            lambda earlier: "select null::varchar as table_name, null::bigint as row_id where false",
        ),
        StandIn(
            "push.removed",
            # no row: what was taken away is not known
            lambda earlier: (
                """
            select null::integer as refresh_id, null::varchar as level, null::bigint as id,
                null::bigint as course_id, null::varchar as school, null::varchar as calendar,
                null::varchar as course_number, null::varchar as course_name, null::varchar as section_number
            where false
            """
            ),
        ),
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
        StandIn(
            "push.refresh_table",
            # one row a refresh and table it gave
            lambda earlier: f"select *, 0::bigint as renamed from {earlier('push.refresh_table')}",
        ),
    ),
)
