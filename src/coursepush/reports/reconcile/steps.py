"""The statements that find what came of a plan: its rows beside what stands now, and what else was changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from coursepush.model.elements import (
    ADVISORY,
    COURSE_INFO,
    ELEMENTS_BY_NAME,
    MASTER_PUSH_DATA,
    WHOLE_COURSE,
)
from coursepush.model.tables import TABLES
from coursepush.plan.request import SECTION_DATA, Request, bound_ids
from coursepush.plan.standing import standing_rows_sql
from coursepush.plan.text import ROW_COLUMNS
from coursepush.reports.reading import report_sql
from coursepush.store.database import Session
from coursepush.store.layout import last_refresh

TABLES_MADE = (
    "unknown",
    "kept",
    "row",
    "reach",
    "source",
    "changed",
    "owner",
    "standing",
    "moved",
)
"""What :func:`find_outcomes` makes on the way to ``outcome``, after the plan's prefix."""


COMPARED: tuple[tuple[int, str], ...] = (
    *((1, name) for name in MASTER_PUSH_DATA),
    *((2, name) for name in SECTION_DATA),
)
"""(hop, element) of all that a plan can have verdicts on."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """A plan to be compared with the district: its rows as a query, or as a frame, and what else is known of it.

    `since` is the first refresh that can have brought what the real push did, None where there was none. `same`
    counts what was the same already (hop, element, rows); None where that is not known.
    """

    title: str
    request: Request
    rows: str | pl.DataFrame
    same: pl.DataFrame | None
    since: int | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the extracts since did not give, so that nothing can be said of it.

    `tables`: by name. `parts`: table → what alone they give of it. `columns`: table → its columns. `elements`:
    hop and element of which it is not known how many rows came true.
    """

    tables: tuple[str, ...]
    parts: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    elements: frozenset[tuple[int, str]]


def find_outcomes(session: Session, prefix: str, plan: Foretold) -> Unknown:
    """Make ``<prefix>outcome``: the plan's rows, what came of each, and what was changed beside them."""
    columns = {} if plan.since is None else _unknown_columns(session)
    _make_unknown(session, prefix, columns)
    source = plan.rows
    if isinstance(source, pl.DataFrame):
        session.take_in(f"{prefix}given_rows", source)
        source = f"select {', '.join(ROW_COLUMNS)} from {prefix}given_rows"
    masked = {f"k_{when}": _known(f"r.{when}", "r.field") for when in ("before", "after")}
    session.run("rows of the plan", _filled("reconcile/row", prefix, source=source, **masked))
    if isinstance(plan.rows, pl.DataFrame):
        session.run("drop the frame", f"drop table {prefix}given_rows")
    values = _reach(session, prefix, plan.request)
    unknown = _sources(session, prefix, plan.since, columns)
    since = plan.since if plan.since is not None else _after_the_last(session)
    session.run("changed by others", _filled("reconcile/changed", prefix), {"since": since})
    session.run("owners", _filled("reconcile/owner", prefix))
    session.run(
        "what stands now",
        # one row a row or field as it stands
        f"create temp table {prefix}standing as\n"
        f"select r.*, coalesce(r.field, r.key_id) as place, {_known('r.now', 'r.field')} as k_now\n"
        f"from (\n{standing_rows_sql(f'{prefix}owner')}\n) as r\n"
        f"left join {prefix}unknown as u on u.hop = r.hop and u.element = r.element",
    )
    session.run("moved", _filled("reconcile/moved", prefix))
    columns = ",\n    ".join(ROW_COLUMNS)
    words = {"columns": columns, "is_refreshed": str(plan.since is not None).lower()}
    session.run("outcomes", _filled("reconcile/outcome", prefix, **words))
    session.run("unforeseen", _filled("reconcile/unforeseen", prefix), values)
    return unknown


def _known(image: str, field: str) -> str:
    """SQL: the JSON text of a row without the columns that the extracts do not give (``u.patch``)."""
    known = f"cast(json_merge_patch({image}, u.patch) as varchar)"
    return (
        f"case when u.patch is not null and {field} is null and {image} is not null then {known} else {image} end"
    )


def table_of(hop: int, element: str, *, is_custom: bool = False) -> str:
    """The table that holds what a verdict of that hop and element is about."""
    if element == COURSE_INFO:
        return "custom_field" if is_custom else "course"
    if element == ADVISORY:
        return "section"
    return ELEMENTS_BY_NAME[element].table("course" if hop == 1 else "section")


def _filled(step: str, prefix: str, **words: str) -> str:
    return report_sql(step, p=prefix, **words)


def _after_the_last(session: Session) -> int:
    return 1 + last_refresh(session)


# -- what the plan is about ----------------------------------------------------------------------------


def _reach(session: Session, prefix: str, request: Request) -> dict[str, Any]:
    """Make ``reach``: one row a hop, element and course that the plan is about, and whether it has verdicts there.

    Returns:
        What narrows it further: the fields it governs, and the sections it names.
    """
    asked = request.courses_sql()
    if asked is None:
        session.run(
            "reach",
            # one row a hop, element and course that the plan names
            f"create temp table {prefix}reach as\n"
            f"select distinct hop, element, course_id, false as is_governed from {prefix}row where not is_whole",
        )
        return {"fields": None, "sections": None}
    courses, values = asked
    scope = request.read_scope(session)
    pairs = request.reach(scope)
    words = ", ".join(f"({hop}, '{element}', {str(governed).lower()})" for hop, element, governed in pairs)
    session.run(
        "reach",
        # one row a hop, element and course in scope
        f"create temp table {prefix}reach as\nselect e.hop, e.element, c.course_id, e.is_governed\n"
        f"from (\n{courses}\n) as c\ncross join (values {words}) as e (hop, element, is_governed)",
        values,
    )
    fields = [] if scope is None else [column.name for column in scope.locked_fields]
    fields += [] if scope is None else [f"custom.{field}" for field in scope.locked_custom_fields]
    return {"fields": fields, "sections": bound_ids(request.only_sections)}


# -- what can be known ---------------------------------------------------------------------------------


def _sources(session: Session, prefix: str, since: int | None, columns: Mapping[str, tuple[str, ...]]) -> Unknown:
    """Make ``source``: of each hop and element, whether the extracts since gave its table, all of it, and links
    in it.

    Makes ``kept`` too: the rows of setup that the last extract could not give.
    """
    tables = {table_of(hop, name) for hop, name in COMPARED} | {"custom_field"}
    given = tables if since is None else _given_since(session, since)
    linked = _linked_tables(session, tables)
    parts = {} if since is None else _parts(session)
    rows: list[tuple[int, str, bool, bool, bool, bool]] = []
    kept: list[str] = []
    unsaid: set[tuple[int, str]] = set()
    for hop, name in COMPARED:
        table = table_of(hop, name)
        part = parts.get(table)
        is_given = table in given and not (part == "standards" and name == "grading_tasks")
        is_part = part == "used"
        rows.append((hop, name, False, is_given, table in linked, is_part))
        if not is_given or is_part:
            unsaid.add((hop, name))
        if is_part:
            kept.append(
                f"select {hop} as hop, '{name}' as element, row_id from push.kept_row where table_name = '{table}'"
            )
    rows.append((1, COURSE_INFO, True, "custom_field" in given, False, False))
    for hop in (1, 2):
        any_given = since is not None and any(row[3] for row in rows if row[0] == hop)
        rows.append((hop, WHOLE_COURSE, False, any_given, False, False))
    schema = {
        "hop": pl.Int32,
        "element": pl.String,
        "is_custom": pl.Boolean,
        "is_given": pl.Boolean,
        "links_known": pl.Boolean,
        "is_part": pl.Boolean,
    }
    session.take_in(f"{prefix}source", pl.DataFrame(rows, schema=schema, orient="row"))
    nothing = "select null::integer as hop, null::varchar as element, null::bigint as row_id where false"
    session.run(
        "rows kept",
        # one row a row of setup that the last extract could not give
        f"create temp table {prefix}kept as\n{' union all '.join(kept) or nothing}",
    )
    return Unknown(tuple(sorted(tables - given)), parts, columns, frozenset(unsaid))


def _make_unknown(session: Session, prefix: str, columns: Mapping[str, tuple[str, ...]]) -> None:
    """Make ``unknown``: hop, element, patch (JSON that takes the columns out of a row) and fields, not given."""
    rows: list[tuple[int, str, str | None, list[str] | None]] = []
    for hop, name in COMPARED:
        names = columns.get(table_of(hop, name), ())
        if name in (COURSE_INFO, ADVISORY):
            fields = list(names)
            rows += [(hop, name, None, fields)] if fields else []
            continue
        hidden = [column.name for column in ELEMENTS_BY_NAME[name].values if column.name in names]
        if hidden:
            rows.append((hop, name, json.dumps(dict.fromkeys(hidden)), None))
    schema = {"hop": pl.Int32, "element": pl.String, "patch": pl.String, "fields": pl.List(pl.String)}
    session.take_in(f"{prefix}unknown", pl.DataFrame(rows, schema=schema, orient="row"))


def _unknown_columns(session: Session) -> dict[str, tuple[str, ...]]:
    """Table → the columns that the last extract which gave it did not give, of tables whose columns are known."""
    rows = session.rows(
        "columns given", "select table_name, column_name, is_given from push.given_column order by all"
    )
    given: dict[str, set[str]] = {}
    for table, column, is_given in rows:
        given.setdefault(str(table), set()).update({str(column)} if is_given else ())
    unknown = {
        name: tuple(each for each in TABLES[name].names if each not in names) for name, names in given.items()
    }
    return {name: names for name, names in unknown.items() if names}


def _parts(session: Session) -> dict[str, str]:
    return dict(session.rows("parts given", "select table_name, part from push.given_part order by all"))


def _given_since(session: Session, since: int) -> set[str]:
    found = session.rows(
        "given since",
        "select distinct t.table_name from push.refresh_table as t join push.given_table as g "
        "on g.table_name = t.table_name and g.is_given where t.refresh_id >= $since",
        {"since": since},
    )
    return {str(row[0]) for row in found}


def _linked_tables(session: Session, tables: set[str]) -> set[str]:
    """The tables whose links the last extract gave: they have any, and did not keep those of the district."""
    setup = sorted(name for name in tables if name not in ("course", "section", "custom_field"))
    any_link = " union all ".join(
        f"select '{name}' as table_name where exists (select 1 from {name} where parent_row_id is not null)"
        for name in setup
    )
    linked = {str(row[0]) for row in session.rows("tables with links", any_link)}
    kept = session.rows("links kept", "select table_name from push.finding where rule = 'links_kept'")
    return linked - {str(row[0]) for row in kept}
