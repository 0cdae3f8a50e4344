"""Layout 3: the district remembers by which versions its file was brought up."""

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
    ),
)
