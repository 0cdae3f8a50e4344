"""The statements that find what came of a plan: its rows beside what stands now, and what else was changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from coursepush.model.elements import ADVISORY, COURSE_INFO, ELEMENTS_BY_NAME, MASTER_PUSH_DATA, WHOLE_COURSE
from coursepush.model.tables import TABLES
from coursepush.plan.request import SECTION_DATA, Request, bound_ids
from coursepush.plan.standing import standing_rows_sql
from coursepush.plan.text import ROW_COLUMNS
from coursepush.reports.reading import Reading
from coursepush.store.database import Session
from coursepush.store.layout import last_refresh

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


def find_outcomes(found: Reading, plan: Foretold) -> Unknown:
    """Make ``{p}outcome``: the plan's rows, what came of each, and what was changed beside them."""
    session = found.session
    columns = {} if plan.since is None else _unknown_columns(session)
    _make_unknown(found, columns)
    source = plan.rows
    if isinstance(source, pl.DataFrame):
        found.take_in("given_rows", source)
        source = f"select {', '.join(ROW_COLUMNS)} from {found.prefix}given_rows"
    masked = {f"k_{when}": _known(f"r.{when}", "r.field") for when in ("before", "after")}
    found.do("reconcile/row", source=source, **masked)
    values = _reach(found, plan.request)
    unknown = _sources(found, plan.since, columns)
    since = plan.since if plan.since is not None else 1 + last_refresh(session)
    found.do("reconcile/changed", {"since": since})
    found.do("reconcile/owner")
    found.make(
        "standing",
        # one row a row or field as it stands
        f"select r.*, coalesce(r.field, r.key_id) as place, {_known('r.now', 'r.field')} as k_now\n"
        f"from (\n{standing_rows_sql(f'{found.prefix}owner')}\n) as r\n"
        f"left join {found.prefix}unknown as u on u.hop = r.hop and u.element = r.element",
    )
    found.do("reconcile/moved")
    is_refreshed = str(plan.since is not None).lower()
    found.do("reconcile/outcome", columns=",\n    ".join(ROW_COLUMNS), is_refreshed=is_refreshed)
    found.do("reconcile/unforeseen", values)
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


# -- what the plan is about ----------------------------------------------------------------------------


def _reach(found: Reading, request: Request) -> dict[str, Any]:
    """Make ``{p}reach``: one row a hop, element and course that the plan is about, and whether it judges there.

    Returns:
        What narrows it further: the fields it governs, and the sections it names.
    """
    asked = request.courses_sql()
    if asked is None:
        named = f"select distinct hop, element, course_id, false as is_governed from {found.prefix}row"
        found.make("reach", f"{named} where not is_whole")
        return {"fields": None, "sections": None}
    courses, values = asked
    scope = request.read_scope(found.session)
    words = ", ".join(
        f"({hop}, '{element}', {str(governed).lower()})" for hop, element, governed in request.reach(scope)
    )
    found.make(
        "reach",
        f"select e.hop, e.element, c.course_id, e.is_governed\nfrom (\n{courses}\n) as c\n"
        f"cross join (values {words}) as e (hop, element, is_governed)",
        values,
    )
    fields = [] if scope is None else [column.name for column in scope.locked_fields]
    fields += [] if scope is None else [f"custom.{field}" for field in scope.locked_custom_fields]
    return {"fields": fields, "sections": bound_ids(request.only_sections)}


# -- what can be known ---------------------------------------------------------------------------------


def _sources(found: Reading, since: int | None, columns: Mapping[str, tuple[str, ...]]) -> Unknown:
    """Make ``{p}source``: of each hop and element, whether the extracts since gave its table, all of it, and links
    in it.

    Makes ``{p}kept`` too: the rows of setup that the last extract could not give.
    """
    session = found.session
    tables = {table_of(hop, name) for hop, name in COMPARED} | {"custom_field"}
    given = tables if since is None else _given_since(session, since)
    linked = _linked_tables(session, tables)
    parts = (
        {}
        if since is None
        else dict(session.rows("parts given", "select table_name, part from push.given_part order by all"))
    )
    rows: list[tuple[int, str, bool, bool, bool, bool]] = []
    for hop, name in COMPARED:
        table = table_of(hop, name)
        part = parts.get(table)
        is_given = table in given and not (part == "standards" and name == "grading_tasks")
        rows.append((hop, name, False, is_given, table in linked, part == "used"))
    unsaid = frozenset((hop, name) for hop, name, _, is_given, _, is_part in rows if is_part or not is_given)
    kept = [
        f"select {hop} as hop, '{name}' as element, row_id from push.kept_row "
        f"where table_name = '{table_of(hop, name)}'"
        for hop, name, *_, is_part in rows
        if is_part
    ]
    rows.append((1, COURSE_INFO, True, "custom_field" in given, False, False))
    for hop in (1, 2):
        any_given = since is not None and any(row[3] for row in rows if row[0] == hop)
        rows.append((hop, WHOLE_COURSE, False, any_given, False, False))
    flags = dict.fromkeys(("is_custom", "is_given", "links_known", "is_part"), pl.Boolean)
    schema = {"hop": pl.Int32, "element": pl.String, **flags}
    found.take_in("source", pl.DataFrame(rows, schema=schema, orient="row"))
    nothing = "select null::integer as hop, null::varchar as element, null::bigint as row_id where false"
    # one row a row of setup that the last extract could not give
    found.make("kept", " union all ".join(kept) or nothing)
    return Unknown(tuple(sorted(tables - given)), parts, columns, unsaid)


def _make_unknown(found: Reading, columns: Mapping[str, tuple[str, ...]]) -> None:
    """Make ``{p}unknown``: hop, element, patch (JSON that takes columns out of a row) and fields, not given."""
    rows: list[tuple[int, str, str | None, list[str] | None]] = []
    for hop, name in COMPARED:
        names = columns.get(table_of(hop, name), ())
        if name in (COURSE_INFO, ADVISORY):
            rows += [(hop, name, None, list(names))] if names else []
            continue
        hidden = [column.name for column in ELEMENTS_BY_NAME[name].values if column.name in names]
        rows += [(hop, name, json.dumps(dict.fromkeys(hidden)), None)] if hidden else []
    schema = {"hop": pl.Int32, "element": pl.String, "patch": pl.String, "fields": pl.List(pl.String)}
    found.take_in("unknown", pl.DataFrame(rows, schema=schema, orient="row"))


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
