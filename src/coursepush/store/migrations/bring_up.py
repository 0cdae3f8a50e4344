"""Bringing a file of an earlier layout up to the newest: all of it or nothing, and looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coursepush.errors import DistrictBusyError, StoppedError, StoreError, examples
from coursepush.store.migrations.layouts import layout_of
from coursepush.store.migrations.migration import Migration
from coursepush.store.migrations.registry import migrations_after, newest
from coursepush.store.migrations.stand_in import tables_of

if TYPE_CHECKING:
    from coursepush.store.session import Session

COMMIT_LAYOUT = "commit the layout"
"""The step that makes the new layout written; it is never broken off."""


def bring_up(
    session: Session, layout: int, fresh_session: Callable[[], AbstractContextManager[Session]], path: Path | None
) -> None:
    """Bring the file of `layout` that is attached for writing up to the newest, in one transaction.

    Nothing is done where it is of the newest. Whoever attached the file rolls back when this raises.

    Raises:
        StoreError: a step failed, or rows were lost on the way. The file is as it was.
    """
    waiting = migrations_after(layout)
    if not waiting:
        return
    session.run("begin", "begin transaction")
    before = _counts(session)
    changed: frozenset[str] = frozenset()
    try:
        for migration in waiting:
            _migrate(session, migration)
            changed |= migration.changes_rows
    except (DistrictBusyError, StoppedError):
        raise
    except StoreError as error:
        raise StoreError(_not_brought_up(path, layout, str(error))) from error.__cause__
    wrong = _what_is_wrong(session, before, changed)
    if wrong:
        raise StoreError(_not_brought_up(path, layout, wrong))
    session.run(COMMIT_LAYOUT, "commit")
    with fresh_session() as fresh:
        wrong = _what_is_wrong(fresh, before, changed)
    if wrong:
        raise StoreError(
            f"{path} was not saved as it was brought up: {wrong} If you have a copy of it, go on with that, and "
            "please report this."
        )


def _not_brought_up(path: Path | None, layout: int, why: str) -> str:
    return (
        f"{path} is of layout {layout} and could not be brought up to layout {newest()}. Nothing was written: it "
        f"can be read, and the coursepush that wrote it last can write to it. Please report this. {why}"
    )


def _migrate(session: Session, migration: Migration) -> None:
    from coursepush import __version__

    tables = tables_of(session)
    for step in migration.steps:
        if step.where_there_is is None or step.where_there_is in tables:
            session.run(f"layout {migration.to}: {step.name}", step.sql)
    session.run(
        f"layout {migration.to}: number",
        # one row: the district
        "update district.push.district set layout_version = $to",
        {"to": migration.to},
    )
    session.run(
        f"layout {migration.to}: remember",
        # one row: this migration
        "insert into district.push.migration "
        "(from_layout, to_layout, migrated_at, coursepush_version, duckdb_version) "
        "select $layout, $to, $now, $version, version()",
        {
            "layout": migration.to - 1,
            "to": migration.to,
            "now": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            "version": __version__,
        },
    )


def _counts(session: Session) -> dict[str, int]:
    """How many rows each table of the file has."""
    counts = " union all ".join(
        f"select {_text(name)} as table_name, count(*) as row_count from district.{_identifier(name)}"
        for name in sorted(tables_of(session))
    )
    return dict(session.rows("rows of the file", f"select table_name, row_count from ({counts}) order by all"))


def _what_is_wrong(session: Session, before: dict[str, int], changed: frozenset[str]) -> str:
    """Empty if the file is of the newest layout and every table has as many rows as before."""
    now = _counts(session)
    may_differ = changed | {"push.migration"}
    lost = [name for name, rows in before.items() if name not in may_differ and now.get(name) != rows]
    if lost:
        return f"There are other numbers of rows than before in {examples(lost)}."
    return "" if layout_of(session) == newest() else "The layout's number was not saved."


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split(".", 1))
