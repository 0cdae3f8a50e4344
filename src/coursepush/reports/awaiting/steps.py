"""What the reports of things that await a push share: the push's own steps, and what they would write."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from coursepush.model.elements import (
    ADVISORY,
    COURSE_INFO,
    MASTER_PUSH_DATA,
    SETUP_ELEMENTS,
    WHOLE_COURSE,
    SetupElement,
    field_label,
)
from coursepush.model.verdicts import Link, Verdict
from coursepush.plan.door import drop_tables
from coursepush.plan.pairs import run_course_push, run_locked_push
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import advisory_rows_sql, attribute_rows_sql, json_object, json_value
from coursepush.plan.use import unknown_work
from coursepush.reports.filters import Given
from coursepush.reports.reading import WRITING_SQL, Reading, reading
from coursepush.reports.words import element_place_sql, names_of_rows, words_of_values
from coursepush.store.database import Store

CHANGES: dict[str, str] = {
    Verdict.INSERT: "add",
    Verdict.UPDATE: "change",
    Verdict.RELINK: "relink",
    Verdict.RENAME: "rename",
    Verdict.DELETE: "remove",
}
"""What a report calls a verdict that writes."""

_CHANGE = (
    "case verdict " + " ".join(f"when '{verdict}' then '{name}'" for verdict, name in CHANGES.items()) + " end"
)


ASKED = {1: "w.hop = 1 and a.is_asked", 2: "w.hop = 2 and s.section_id is not null"}
"""SQL: a change (alias w) is on a course (a), or a section (s), that was asked for."""


@dataclass(frozen=True, slots=True)
class Standing(Reading):
    """Pushes judged as things stand, for the length of one report.

    `{p}reach` (courses in scope of a push of course masters), `{p}section`, `{p}written` (what would be written,
    by field) and, if asked for, `{p}judged` (counts of verdicts). `unknown_work`: tables of students' work that
    were not loaded.
    """

    unknown_work: frozenset[str]


@contextmanager
def standing(
    store: Store,
    given: Given,
    elements: Sequence[str],
    *,
    hops: Sequence[int] = (1, 2),
    written: bool = True,
    judged: bool = False,
    data: Sequence[str] = MASTER_PUSH_DATA,
) -> Generator[Standing]:
    """Judge the courses that `given` leaves: hop 1 by locked pushes of their catalogs, hop 2 by a push of courses.

    The number of statements depends on the number of catalogs, and on nothing else.

    Args:
        elements: the data types that may be named as a filter.
        written, judged: which of the two tables to fill.
        data: the data types of the locked pushes.

    Raises:
        RequestError: a filter names something unknown.
    """
    with reading(store, given, elements) as read:
        work = unknown_work(read.session)
        found = Standing(read.session, read.prefix, read.filters, read.made, work)
        wanted = [name for name, asked in (("written", written), ("judged", judged)) if asked]
        for name in wanted:
            found.do(f"awaiting/{name}")
        found.do("awaiting/reach", {"calendars": found.filters.courses["calendars"]})
        asked_for = {"sections": found.filters.sections, "teachers": found.filters.teachers}
        found.do("awaiting/section", asked_for)
        if 1 in hops:
            _judge_courses(store, found, wanted, data)
        if 2 in hops:
            _judge_sections(store, found, wanted)
        yield found


def _judge_courses(store: Store, found: Standing, wanted: Sequence[str], data: Sequence[str]) -> None:
    """Hop 1, once a catalog: its locks say what is pushed."""
    session, prefix = found.session, found.prefix
    catalogs = session.rows("catalogs", f"select distinct catalog_id from {prefix}reach order by catalog_id")
    for (catalog_id,) in catalogs:
        tables = PlanTables.new()
        courses = (
            "-- one row a course of the catalog\n"
            "select course_id, calendar_id, master_id, is_cross_site, whole\n"
            f"from {prefix}reach\nwhere catalog_id = $catalog_id"
        )
        made = run_locked_push(session, tables, courses, int(catalog_id), data=data)
        _take(store, found, tables, made, 1, wanted)


def _judge_sections(store: Store, found: Standing, wanted: Sequence[str]) -> None:
    """Hop 2, once: no lock has a say in a push of courses."""
    tables = PlanTables.new()
    courses = (
        "-- one row a course with a section in question\n"
        "select course_id, calendar_id, master_id, is_cross_site, null::varchar as whole\n"
        f"from course\nwhere course_id in (select course_id from {found.prefix}section)"
    )
    _take(store, found, tables, run_course_push(found.session, tables, courses), 2, wanted)


def _take(
    store: Store, found: Standing, tables: PlanTables, made: Mapping[str, int], hop: int, wanted: Sequence[str]
) -> None:
    """Keep what the run of the steps would write, or how often each verdict came up, and drop its tables."""
    tables = tables.knowing(made)
    try:
        for name in wanted:
            rows = _written_sql(tables, hop) if name == "written" else _judged_sql(tables, hop)
            found.session.run(f"{name} on hop {hop}", f"insert into {found.prefix}{name} by name\n{rows}")
    except BaseException:
        store.forget(list(made))
        raise
    drop_tables(found.session, made)


# -- what would be written -------------------------------------------------------------------------------


def _written_sql(tables: PlanTables, hop: int) -> str:
    """One row a field or row that the push of these tables would write on one hop."""
    selects = [_setup_select(*one) for one in tables.changes(hop)]
    fields = attribute_rows_sql(tables) if hop == 1 else advisory_rows_sql(tables)
    selects.append(
        f"select {hop} as hop, element, course_id, section_id, row_id, key, field, {_CHANGE} as change, "
        f"before as before_value, after as after_value, use\nfrom (\n{fields}\n) where verdict in ({WRITING_SQL})"
    )
    return "-- one row a change\n" + "\nunion all\n".join(selects)


def _setup_select(hop: int, element: SetupElement, table: str) -> str:
    """One row a value that differs, or a row that comes, goes, or is only linked again."""
    section = "owner_id" if hop == 2 else "null::bigint"
    before, after = (json_object(element.values, f"{side}_{{}}") for side in "ba")
    fields = [
        f"{{'field': '{column.name}', 'old': {json_value(column.kind, f'b_{column.name}')}, "
        f"'new': {json_value(column.kind, f'a_{column.name}')}}}"
        for column in element.values
        if element.is_category or column.name not in element.key  # two rows of different keys are no pair
    ]
    differs = " or ".join(f"b_{column.name} is distinct from a_{column.name}" for column in element.values)
    whole = (
        f"[{{'field': null::varchar, 'old': case when verdict <> 'insert' then {before} end, "
        f"'new': case when verdict <> 'delete' then {after} end}}]"
    )
    return (
        f"select {hop} as hop, '{element.name}' as element, course_id, section_id, row_id, key, d.field as field, "
        f"{_CHANGE} as change, d.old as before_value, d.new as after_value, use\n"
        f"from (\nselect course_id, {section} as section_id, row_id, verdict, use, "
        f"{json_object(element.key_columns, 'coalesce(a_{0}, b_{0}, w_{0})')} as key, "
        f"unnest(case when verdict not in ('insert', 'delete') and ({differs}) then list_filter(["
        + ", ".join(fields)
        + f"], lambda d: d.old is distinct from d.new) else {whole} end) as d\n"
        f"from {table} where verdict in ({WRITING_SQL})\n)"
    )


def _judged_sql(tables: PlanTables, hop: int) -> str:
    """One row an owner, data type and verdict with its reason, counted; what is skipped whole is of the course."""
    selects = [
        "select element, owner_id, course_id, 'same' as verdict, null::varchar as reason, false as is_broken "
        f"from {tables.same(hop)}"
    ]
    selects += [
        f"select '{one.element.name}', owner_id, course_id, verdict, reason, "
        f"coalesce(link = '{Link.BROKEN}', false) from {one.rows}"
        for one in tables.filled(hop)
    ]
    if hop == 1:
        selects += [
            f"select '{COURSE_INFO}', course_id, course_id, verdict, reason, false from {tables.fields}",
            f"select element, course_id, course_id, 'skip', reason, false from {tables.whole} "
            f"where hop = 1 and element = '{WHOLE_COURSE}'",
        ]
    else:
        selects.append(f"select '{ADVISORY}', section_id, course_id, verdict, reason, false from {tables.flags}")
    rows = "\nunion all\n".join(selects)
    return (
        "-- one row an owner, data type, verdict and reason\n"
        f"select {hop} as hop, element, owner_id, course_id, verdict, reason, is_broken, count(*) as rows\n"
        f"from (\n{rows}\n)\ngroup by all"
    )


# -- in words --------------------------------------------------------------------------------------------


_SIDES = {"first": "first_value", "second": "second_value", "after": "after_value"}


def in_words_sql() -> str:
    """SQL that says a change (alias r) in words: "weight 20 → 25", "added: weight 25".

    Reads element, key, field, change and course_values (how many values stand now) of the change, and the words of
    what stands now (aliases `first` and `second`: the two most frequent) and of what would stand (`after`).
    """
    old, other, new = (f"coalesce({alias}.words, 'blank')" for alias in _SIDES)
    fields = {column.name: field_label(column.name) for element in SETUP_ELEMENTS for column in element.values}
    whens = " ".join(f"when '{name}' then '{label} '" for name, label in fields.items())
    label = f"case when r.key is null then '' else case r.field {whens} end end"
    now = (
        f"case when r.course_values < 2 then {old} when r.course_values = 2 then {old} || ' or ' || {other} "
        f"when r.course_values = 3 then {old} || ', ' || {other} || ' or 1 other' "
        f"else {old} || ', ' || {other} || ' or ' || (r.course_values - 2) || ' others' end"
    )
    return (
        "case when r.change = 'add' then concat_ws(': ', 'added', after.words) "
        "when r.change = 'remove' and r.course_values > 1 "
        "then 'removed: it is set up in ' || r.course_values || ' different ways' "
        "when r.change = 'remove' then concat_ws(': ', 'removed', first.words) "
        "when r.field is null then 'linked again, its values stay' "
        f"when r.change = 'rename' then 'renamed: ' || {old} || ' → ' || {new} "
        f"else {label} || {now} || ' → ' || {new} end"
    )


def told(found: Standing, hop: int) -> pl.DataFrame:
    """The rows of a report: the changes of one hop in words, named and sorted."""
    found.do(f"awaiting/told_{hop}", {"elements": found.filters.elements})
    every = "unnest([first_value, second_value, after_value])"
    found.do("value_words", **words_of_values(f"select element, field, {every} as value from {found.prefix}told"))
    joins = "\n".join(
        f"left join {found.prefix}words as {alias} on {alias}.element = r.element "
        f"and {alias}.field = coalesce(r.field, '') and {alias}.value = r.{column}"
        for alias, column in _SIDES.items()
    )
    return found.frame(
        "awaiting/master" if hop == 1 else "awaiting/course",
        words=joins,
        in_words=in_words_sql(),
        element_order=element_place_sql("r.element"),
        **names_of_rows(),
    )
