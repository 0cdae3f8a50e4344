"""The toolkit's own tables: schema ``push`` of the district's database."""

from __future__ import annotations

from coursepush.store.database import Session

TOOLKIT_TABLES: tuple[tuple[str, str], ...] = (
    # One row: which district this is. `district_id` tells a plan of another district apart.
    ("district", "layout_version INTEGER, district_id VARCHAR, made_by VARCHAR, made_at TIMESTAMP"),
    # One row a table of the model: whether, whence and with how many rows it was given.
    (
        "given_table",
        "table_name VARCHAR, is_given BOOLEAN, source VARCHAR, row_count BIGINT, loaded_at TIMESTAMP",
    ),
    # One row a warning or repair of the load (never a refusal: those load nothing).
    (
        "finding",
        "severity VARCHAR, rule VARCHAR, table_name VARCHAR, file VARCHAR, line BIGINT, column_name VARCHAR, "
        "value VARCHAR, message VARCHAR",
    ),
    # One row a planted situation of a simulated district.
    (
        "scenario",
        "scenario INTEGER, question VARCHAR, request VARCHAR, look_at VARCHAR, expect VARCHAR",
    ),
)


def create_toolkit_sql(name: str, columns: str) -> str:
    return f"create table district.push.{name} ({columns})"


def has_history(session: Session) -> bool:
    """Whether any push was applied to this district yet; the first one makes the history's tables."""
    return bool(
        session.value(
            "history tables",
            "select count(*) from duckdb_tables() where database_name = 'district' "
            "and schema_name = 'push' and table_name = 'history'",
        )
    )
