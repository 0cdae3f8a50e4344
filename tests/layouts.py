"""District files of earlier layouts, kept as text, and what the build that made them told of them.

    python tests/layouts.py        # keeps the cases of the layout that this checkout makes

A case is ``layout_cases/<layout>/<name>.sql`` (every table of schemas main and push, as statements that make them
again), ``<name>.json`` (what that build counted, planned, and restored by an undo) and two saved plans. They are
made once, by the last commit that makes files of that layout, and stay as they are from then on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from oneroster_tiny import tiny as oneroster_files
from oneroster_tiny import write as write_oneroster

import coursepush as cp
from coursepush.plan.rules import RULES_VERSION
from coursepush.store import Store

CASES = Path(__file__).resolve().parent / "layout_cases"
_TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"

Columns = dict[str, list[str]]
"""Per table of schema main: its columns."""

Content = dict[str, list[Any]]
"""Per table of schema main: how many rows it has, and a hash of them all in the order of their text."""


# -- the cases' stories ------------------------------------------------------------------------------------


def _weekly(path: Path) -> None:
    """Loaded with repairs, scaffolded, pushed to sections, refreshed after others' edits, pushed once more."""
    shutil.copytree(_TINY, "extract")
    _edit("extract/master_category.csv", "102,Portfolio", "102,Portfolio ")
    _edit("extract/course_master.csv", "", "103,1,08001,Physical Education,,Athletics,08,001,false\n")
    _edit("extract/course.csv", "", "204,12,103,08001,Physical Education,,Athletics,08,001,false\n")
    with cp.load_district("extract", into=path, repair=True, scaffold=True) as district:
        _push(district, 2027)
        district.export("later", students=True)
        _edit("later/section_category.csv", "Homework", "Homework at home")
        _edit("later/teacher.csv", "Teacher 0002", "Teacher 0003")
        _edit("later/assignment.csv", "Ratios worksheet", "Ratios worksheet again")
        _edit("later/master_category.csv", "Portfolio", "Portfolio ")
        _edit("later/term.csv", "12,2,", "12,3,")  # options of the course master speak of term 2: a warning
        district.refresh("later", repair=True)
        _push(district, 2026)


def _oneroster(path: Path) -> None:
    """Of another format, with ids made up and a starting setup: pushed, refreshed, pushed once more."""
    folder = write_oneroster(oneroster_files(), Path("oneroster"))
    with cp.load_district(folder, into=path, scaffold=True) as district:
        _push(district, 2027)
        _edit("oneroster/courses.csv", "Music", "Music and dance")
        district.refresh(folder)
        _push(district, 2027)


STORIES: dict[str, Callable[[Path], None]] = {"weekly": _weekly, "oneroster": _oneroster}


def _edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text("utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new) if old else text + new, "utf-8")


def _push(district: cp.District, year: int) -> None:
    catalog = district.catalogs(year=year)["name"][0]
    district.apply(district.plan_master_push(catalog, year=year, mode="overwrite", to_sections=True))


# -- what is told of a district ----------------------------------------------------------------------------


def told(district: cp.District) -> dict[str, Any]:
    """Everything that has to be the same however the file's layout changes."""
    return {
        # who approved a push is kept since layout 4
        "history": _plain(district.history().drop("applied_at", "approved_by", strict=False)),
        # layout 2 did not tell renamed rows apart
        "refreshes": _plain(district.refreshes().drop("made_at", "renamed", strict=False)),
        "plans": {name: _of_plan(plan) for name, plan in plans(district).items()},
    }


def plans(district: cp.District) -> dict[str, Any]:
    """A push in each mode, of the first year and of the last, and the undo of each push."""
    found: dict[str, Any] = {}
    years = district.catalogs().select("name", "year").rows()
    for (catalog, year), mode in zip((years[0], years[-1]), ("locked", "overwrite"), strict=True):
        found[f"{catalog} {year} {mode}"] = district.plan_master_push(
            catalog, year=year, mode=mode, to_sections=True, today=dt.date(2026, 7, 1)
        )
    for push_id in district.history()["push_id"].sort():
        found[f"undo {push_id}"] = district.plan_undo(push_id, partial=True)
    return found


def _of_plan(plan: Any) -> dict[str, Any]:
    return {"digest": plan.digest, "state": plan.state, "writes": plan.writes, "counts": _plain(plan.counts())}


def _plain(frame: pl.DataFrame) -> list[list[Any]]:
    """The rows as JSON has them."""
    return json.loads(json.dumps(frame.rows(), default=str))


def undone(path: Path, columns: Columns) -> list[Content]:
    """What the file holds after each of its pushes was taken back, the newest first."""
    with cp.open_district(path) as district:
        found: list[Content] = []
        for push_id in district.history().filter(pl.col("kind") != "undo")["push_id"].sort(descending=True):
            district.apply(district.plan_undo(push_id, partial=True))
            found.append(content(path, columns))
        return found


def content(path: Path, columns: Columns) -> Content:
    """What the file holds in those columns."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found: Content = {}
        for name, names in columns.items():
            rows = connection.execute(f"select {', '.join(names)} from main.{name}").fetchall()
            total = hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
            found[name] = [len(rows), total[:20]]
        return found


def columns_of(path: Path) -> Columns:
    with duckdb.connect(str(path), read_only=True) as connection:
        found: Columns = {}
        for table, column in connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'main' and not internal "
            "order by table_name, column_index"
        ).fetchall():
            found.setdefault(table, []).append(column)
        return found


# -- a file as text, and back ------------------------------------------------------------------------------


def as_sql(path: Path) -> str:
    """Statements that make every table of the file again: its columns, its comment, its rows in their order."""
    parts = ["create schema push;"]
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name, sql, comment from duckdb_tables() "
            "where not internal order by schema_name, table_oid"
        ).fetchall()
        for name, sql, comment in tables:
            bare = name.removeprefix("main.")
            parts.append(sql.replace(", ", ",\n    ").replace("(", "(\n    ", 1))
            if comment is not None:
                parts.append(f"comment on table {bare} is {_literal(comment)};")
            rows = connection.execute(f"from {name}").fetchall()
            if rows:
                values = ",\n".join(f"    ({', '.join(map(_literal, row))})" for row in rows)
                parts.append(f"insert into {bare} values\n{values};")
    return "\n".join(parts) + "\n"


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool | int | Decimal):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return "'" + str(value).replace("'", "''") + "'"


def make_file(layout: int, name: str, path: Path) -> Path:
    """The case as a district file again."""
    path.write_bytes(_made(layout, name))
    return path


@cache
def _made(layout: int, name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "district.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute((CASES / str(layout) / f"{name}.sql").read_text("utf-8")).fetchall()
        return path.read_bytes()


def bring_up(path: Path) -> None:
    """Work that writes nothing but the layout."""
    store = Store(path)
    with store.writing():
        pass
    store.close()


def told_then(layout: int, name: str) -> dict[str, Any]:
    return json.loads((CASES / str(layout) / f"{name}.json").read_text("utf-8"))


def layout_of(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return int(connection.execute("select layout_version from push.district").fetchall()[0][0])


def every_row(path: Path) -> dict[str, list[str]]:
    """All tables of the file, with all their rows."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
        return {name: sorted(map(repr, connection.execute(f"from {name}").fetchall())) for (name,) in names}


def laid_out(path: Path) -> dict[str, Any]:
    """What the file is made of: every table's columns with their types, and whatever else a catalog may hold."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found: dict[str, Any] = {}
        for name, column in connection.execute(
            "select schema_name || '.' || table_name, "
            "row(column_name, data_type, is_nullable, column_default, comment) "
            "from duckdb_columns() where not internal order by schema_name, table_name, column_index"
        ).fetchall():
            found.setdefault(name, []).append(column)
        for kind, which in (
            ("constraints", "constraint_type <> 'NOT NULL'"),
            ("indexes", "true"),
            ("sequences", "true"),
            ("types", "not internal"),
            ("views", "not internal"),
        ):
            found[kind] = connection.execute(f"select count(*) from duckdb_{kind}() where {which}").fetchall()
        return found


# -- keeping a case ----------------------------------------------------------------------------------------


def keep(name: str) -> Path:
    """Play the story and keep its file in the folder of its layout.

    Raises:
        FileExistsError: that layout's case is kept already; it does not change any more.
    """
    path = Path(f"{name}.duckdb")
    STORIES[name](path)
    folder = CASES / str(layout_of(path))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.sql").open("x", encoding="utf-8") as file:
        file.write(as_sql(path))
    with cp.open_district(path) as district:
        last = int(district.history()["push_id"].max() or 0)
        district.plan_undo(last).save(folder / f"{name}-undo.plan")
        pushes = [plan for what, plan in plans(district).items() if not what.startswith("undo")]
        max(pushes, key=lambda plan: plan.writes).save(folder / f"{name}-push.plan")
        about = {"made_by": cp.__version__, "duckdb": duckdb.__version__, "rules_version": RULES_VERSION}
        about |= told(district)
    columns = columns_of(path)
    about |= {"columns": columns, "content": content(path, columns)}
    about["undone"] = undone(Path(shutil.copy(path, f"{name}-undone.duckdb")), columns)
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in about.items()]
    (folder / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return folder


def main() -> None:
    os.environ["LOGNAME"] = "analyst"  # who pushed, in the history
    with tempfile.TemporaryDirectory(prefix="layouts-") as folder:
        os.chdir(folder)  # sources are remembered by their paths, which are to be anybody's
        for name in STORIES:
            print(f"{name}: {keep(name)}")
        os.chdir(CASES)


if __name__ == "__main__":
    sys.exit(main())
