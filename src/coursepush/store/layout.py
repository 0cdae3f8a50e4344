"""The toolkit's own tables: schema ``push`` of the district's database.

The history's tables are made by the first push, those of :mod:`coursepush.store.work` by every load.
Whoever changes any of them writes a migration: :mod:`coursepush.store.migrations` says how.
"""

from __future__ import annotations

from coursepush.store.session import Session

TOOLKIT_TABLES: tuple[tuple[str, str], ...] = (
    # One row: which district this is. `district_id` tells a plan of another district apart.
    ("district", "layout_version INTEGER, district_id VARCHAR, made_by VARCHAR, made_at TIMESTAMP"),
    # One row a table of the model: whether, whence and with how many rows it was given.
    (
        "given_table",
        "table_name VARCHAR, is_given BOOLEAN, source VARCHAR, row_count BIGINT, loaded_at TIMESTAMP",
    ),
    # One row a column that a source gave: whether the last one that gave its table did, and when it was last
    # given. No row of a table: it is not known which of its columns were.
    ("given_column", "table_name VARCHAR, column_name VARCHAR, is_given BOOLEAN, loaded_at TIMESTAMP"),
    # One row a table of which the last extract could give only a part, and which (load/reading.py, PARTS).
    ("given_part", "table_name VARCHAR, part VARCHAR"),
    # One row a row of setup that the last extract could not give, and that a refresh left as it was.
    ("kept_row", "table_name VARCHAR, row_id BIGINT"),
    # One row a course or section that a refresh took away, as it was called.
    (
        "removed",
        "refresh_id INTEGER, level VARCHAR, id BIGINT, course_id BIGINT, school VARCHAR, calendar VARCHAR, "
        "course_number VARCHAR, course_name VARCHAR, section_number VARCHAR",
    ),
    # One row a warning or repair of the load (never a refusal: those load nothing).
    (
        "finding",
        "severity VARCHAR, rule VARCHAR, table_name VARCHAR, file VARCHAR, line BIGINT, column_name VARCHAR, "
        "value VARCHAR, message VARCHAR",
    ),
    # One row a value that a load mended.
    (
        "repair",
        "table_name VARCHAR, file VARCHAR, line BIGINT, row_id BIGINT, column_name VARCHAR, rule VARCHAR, "
        "before VARCHAR, after VARCHAR",
    ),
    # One row a row that the scaffold added: a refresh leaves it, since no source has it. Its key as text.
    ("scaffolded", "table_name VARCHAR, key VARCHAR"),
    # One row an id that a reader made up, and what the source calls the thing.
    ("source_key", "table_name VARCHAR, source_key VARCHAR, id BIGINT"),
    # One row a refresh, and the last push before it.
    ("refresh", "refresh_id INTEGER, made_by VARCHAR, made_at TIMESTAMP, last_push_id BIGINT"),
    # One row a refresh and table it gave: how many rows changed since the last load, and by whom.
    (
        "refresh_table",
        "refresh_id INTEGER, table_name VARCHAR, rows_before BIGINT, rows_after BIGINT, by_our_push BIGINT, "
        "not_carried_out BIGINT, added BIGINT, removed BIGINT, changed BIGINT, renamed BIGINT",
    ),
    # One row a row or field of a course or section that others changed between two loads, as in `plan.rows()`.
    (
        "drift",
        "refresh_id INTEGER, hop INTEGER, element VARCHAR, course_id BIGINT, section_id BIGINT, key VARCHAR, "
        "field VARCHAR, change VARCHAR, before VARCHAR, now VARCHAR",
    ),
    # One row a migration of this file from an earlier layout; none in a file as it was made.
    (
        "migration",
        "from_layout INTEGER, to_layout INTEGER, migrated_at TIMESTAMP, coursepush_version VARCHAR, "
        "duckdb_version VARCHAR",
    ),
    # One row an approval of a plan, by the plan's digest: by whom, as named and as the system knows them.
    (
        "approval",
        "approval_id BIGINT, approval_key VARCHAR, digest VARCHAR, plan_id VARCHAR, title VARCHAR, "
        "approved_by VARCHAR, os_user VARCHAR, comment VARCHAR, overrides VARCHAR, approved_at TIMESTAMP, "
        "from_file BOOLEAN, kept_by VARCHAR, kept_at TIMESTAMP",
    ),
    # One row an approval that was withdrawn.
    (
        "approval_withdrawn",
        "approval_id BIGINT, withdrawn_by VARCHAR, os_user VARCHAR, comment VARCHAR, withdrawn_at TIMESTAMP",
    ),
    # One row an approval that a push was applied with, and whether it counted: each is used up by one push.
    ("approval_use", "push_id BIGINT, approval_id BIGINT, is_counted BOOLEAN"),
    # One row a policy that was set, as JSON; the last one holds.
    (
        "policy",
        "policy_id BIGINT, policy VARCHAR, set_by VARCHAR, os_user VARCHAR, comment VARCHAR, set_at TIMESTAMP",
    ),
    # One row an apply that was refused for want of approvals, or by a guard.
    (
        "refusal",
        "refusal_id BIGINT, refused_at TIMESTAMP, refused_to VARCHAR, plan_id VARCHAR, digest VARCHAR, "
        "kind VARCHAR, title VARCHAR, missing VARCHAR",
    ),
    # One row a planted situation of a simulated district.
    (
        "scenario",
        "scenario INTEGER, question VARCHAR, request VARCHAR, look_at VARCHAR, expect VARCHAR",
    ),
)


def create_toolkit_sql(name: str, columns: str) -> str:
    return f"create table district.push.{name} ({columns})"


def given_tables(session: Session) -> frozenset[str]:
    """The tables of the model that the last load or refresh gave: the others are unknown, not empty."""
    given = session.rows("given tables", "select table_name from push.given_table where is_given")
    return frozenset(row[0] for row in given)


def last_refresh(session: Session) -> int:
    """The number of the last refresh; 0 where the district is as it was first loaded."""
    return int(session.value("last refresh", "select coalesce(max(refresh_id), 0) from push.refresh"))


def has_history(session: Session) -> bool:
    """Whether any push was applied to this district yet; the first one makes the history's tables."""
    return _is_made(session, "history")


def has_setup_history(session: Session) -> bool:
    """Whether any plan of setup was applied yet; the first one makes the table of its own."""
    return _is_made(session, "history_setup")


def _is_made(session: Session, table: str) -> bool:
    return bool(
        session.value(
            "history tables",
            "select count(*) from duckdb_tables() where database_name = 'district' "
            "and schema_name = 'push' and table_name = $table",
            {"table": table},
        )
    )
