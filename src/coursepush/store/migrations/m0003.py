"""Layout 3: the district remembers by which versions its file was brought up, and what each load gave of it."""

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
            "push.refresh_table",
            # one row a refresh and table it gave
            lambda earlier: f"select *, 0::bigint as renamed from {earlier('push.refresh_table')}",
        ),
    ),
)
