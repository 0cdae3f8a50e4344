"""One table of the source, typed, as a temporary table; what cannot be read becomes findings."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from coursepush.load.blanks import add_counts, count_words, without_words, word_findings
from coursepush.load.checks import CATEGORY_TABLES, Check, run_check, staged
from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE
from coursepush.load.findings import Findings, place
from coursepush.load.in_place import InPlace
from coursepush.load.repair import REPAIRS
from coursepush.load.source import NAME_AS_GIVEN, Given
from coursepush.load.sure import sure_columns
from coursepush.load.types import KIND_RULES, kind_words, parse_sql
from coursepush.model.tables import Column, Table
from coursepush.store import Session


def make_staged(session: Session, table: Table) -> None:
    """An empty temporary table of source_line and the table's columns, nulls allowed."""
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
    session.run(
        f"stage {table.name}",
        # one row a row of the source
        f"create temp table {staged(table.name)} ({SOURCE_LINE} bigint, {columns})",
    )


def fill_staged(
    session: Session, given: Given, findings: Findings, *, repair: bool = False, in_place: bool = False
) -> bool:
    """Read `given` into its staged table. Values that are refused are null there, absent ones the default.

    With `in_place`, a large table in the order of its key goes to the district itself, and its staged rows are a
    view of that; whether it did is what this gives.

    With `repair`, blanks around a category's name are no fault: they go to the staged repairs
    (:mod:`coursepush.load.repair`).

    Raises:
        CsvFault, OSError, polars errors: the source cannot be read (:data:`source.READ_ERRORS`).
    """
    table = given.table
    for column in table.columns:
        if column.required and column.default is None and column.name not in given.names and given.names:
            findings.refuse(
                "missing_column",
                f"{place(table.name, given.file, None)} has no column {column.name}, which must be given.",
                table=table.name,
                file=given.file,
                column=column.name,
            )
    checks = _checks(given, repair)
    has_faulty, words = False, dict[str, dict[str, int]]()
    target = InPlace(session, given) if in_place else None
    for frame in given.frames():
        if given.names and frame.height:
            found = count_words(frame, sorted(given.texts))
            add_counts(words, found)
            frame = frame.with_columns(without_words(pl.col(name)) for name in found)
            sure = sure_columns(table, frame)
            if target is not None:
                target.look(frame, sure.__contains__)
            faults = [condition for condition, check in checks if check.column is None or check.column not in sure]
            into = target.name if target is not None and target.is_used else None
            if not faults and not (repair and NAME_AS_GIVEN in frame.columns):
                _take_sure(session, given, frame, into)
                continue
            _take_block(session, given, frame, faults, sure, into, is_first=not has_faulty, repair=repair)
            has_faulty = True
    if has_faulty:
        _run_checks(session, given, checks, findings)
        session.run("drop faulty rows", f"drop table {_faulty(table)}")
    if target is not None and target.is_used:
        target.show()
    for rule, column, value, message in word_findings(place(table.name, given.file, None), words):
        findings.warn(rule, message, table=table.name, file=given.file, column=column, value=value)
    return target is not None and target.is_used


def _faulty(table: Table) -> str:
    return f"faulty_{table.name}"


def _checks(given: Given, repair: bool) -> list[tuple[str, Check]]:
    """What is looked for in each row by itself: the condition of a fault, and what to say of it."""
    table = given.table
    columns = [column for column in table.columns if column.name in given.names]
    checks = [*_row_checks(given), *(check for column in columns for check in _value_checks(given, column))]
    if table.name in CATEGORY_TABLES and "name" in given.names and not repair:
        checks.append(_outer_blanks(table))
    return checks


def _fill(given: Given, into: str | None, rows: str) -> str:
    """The statement that takes parsed `rows` into the staged table, or, without lines, `into` the district."""
    table = given.table
    names = [column.name for column in table.columns]
    values = [with_default(column, column.name if column.name in given.names else "") for column in table.columns]
    if into is None:
        into, names, values = staged(table.name), [SOURCE_LINE, *names], [SOURCE_LINE, *values]
    # one row a row of the source, typed
    return f"insert into {into} ({', '.join(names)}) select {', '.join(values)} from {rows}"


def _take_sure(session: Session, given: Given, frame: pl.DataFrame, into: str | None) -> None:
    """One block in which nothing can be at fault."""
    columns = [column for column in given.table.columns if column.name in given.names]
    typed = ", ".join(f"cast({column.name} as {column.sql_type}) as {column.name}" for column in columns)
    with session.lent("raw_block", frame):
        rows = f"(select {SOURCE_LINE}, {typed} from raw_block)"
        session.run(f"fill staged {given.table.name}", _fill(given, into, rows))


def _take_block(
    session: Session,
    given: Given,
    frame: pl.DataFrame,
    faults: list[str],
    sure: Collection[str],
    into: str | None,
    *,
    is_first: bool,
    repair: bool,
) -> None:
    """Type one block of the table and add it to the staged rows; rows at fault are kept aside as given, too."""
    table = given.table
    columns = [column for column in table.columns if column.name in given.names]

    def typed(column: Column) -> str:
        is_text = column.name in given.texts
        plain = f"cast({column.name} as {column.sql_type})"
        return plain if column.name in sure else parse_sql(column, is_text)

    pairs = ", ".join(f"{one.name} as given_{one.name}, {typed(one)} as {one.name}" for one in columns)
    has_blanks = table.name in CATEGORY_TABLES and "name" in given.names
    extra = f", {NAME_AS_GIVEN}" if has_blanks else ""
    takes_work = any(column.kind != "text" and column.name in given.texts for column in columns)
    kind = "table" if takes_work else "view"  # numbers and dates in text are read once
    with session.lent("raw_block", frame):
        session.run(
            f"parse {table.name}",
            # one row a row of the source: each value as given and as typed
            f"create temp {kind} parsed_block as "
            f"select {SOURCE_LINE}, {FIELD_COUNT}{extra}, {pairs} from raw_block",
        )
        any_fault = f"select * from parsed_block where {' or '.join(faults) or 'false'}"
        start = f"create temp table {_faulty(table)} as" if is_first else f"insert into {_faulty(table)}"
        session.run(
            f"set aside faulty rows of {table.name}",
            # one row a row of the source that has a fault
            f"{start} {any_fault}",
        )
        session.run(f"fill staged {table.name}", _fill(given, into, "parsed_block"))
        if has_blanks and repair:
            session.run(
                f"note blanks in {table.name}",
                # one row a category name that had blanks around it
                f"insert into {REPAIRS} select '{table.name}', {SOURCE_LINE}, 'outer_blanks', 'name', "
                f"{NAME_AS_GIVEN}, name from parsed_block where {NAME_AS_GIVEN} is not null and name is not null",
            )
        session.run("drop block", f"drop {kind} parsed_block")


def _run_checks(session: Session, given: Given, checks: list[tuple[str, Check]], findings: Findings) -> None:
    table = given.table
    if not checks or not session.value("any fault", f"select count(*) from {_faulty(table)}"):
        return
    faults = ", ".join(f"count(*) filter (where {condition})" for condition, _ in checks)
    counts = session.rows(
        f"count faults of {table.name}",
        # one row: for each check the number of rows at fault
        f"select {faults} from {_faulty(table)}",
    )[0]
    for count, (_, check) in zip(counts, checks, strict=True):
        if count and check.rule == "short_row":
            _warn_short(session, given, check, int(count), findings)
        elif count:
            run_check(session, check, given.file, findings)


def with_default(column: Column, value: str) -> str:
    """SQL for what stands in a column: the typed `value`, or the default where it is null or empty (not given)."""
    default = f"cast({column.default or 'null'} as {column.sql_type})"
    if not value:
        return default
    return value if column.default is None else f"coalesce({value}, {default})"


def _hits(table: Table, value: str, other: str, condition: str) -> str:
    return (
        f"select {SOURCE_LINE} as source_line, {value} as value, {other} as other from {_faulty(table)} "
        f"where {condition}"
    )


def _row_checks(given: Given) -> list[tuple[str, Check]]:
    """Records with too many fields, and (to warn of) with too few."""
    if given.width is None:
        return []
    table, count = given.table, f"cast({FIELD_COUNT} as varchar)"
    more, fewer = f"{FIELD_COUNT} > {given.width}", f"{FIELD_COUNT} < {given.width}"
    return [
        (
            more,
            Check(
                "ragged_row",
                table.name,
                None,
                _hits(table, count, "null", more),
                f"the row has {{value}} fields, the header {given.width}. Put fields that hold commas in "
                "double quotes.",
            ),
        ),
        (fewer, Check("short_row", table.name, None, _hits(table, count, "null", fewer), "")),
    ]


def _value_checks(given: Given, column: Column) -> list[tuple[str, Check]]:
    """Values that are none of the column's kind, and missing ones that must be there."""
    table, name = given.table, column.name
    bad = f"given_{name} is not null and {name} is null"
    words = (
        "holds a NUL byte. Remove it." if column.kind == "text" else f"must be {kind_words(column)}. Correct it."
    )
    value = f"replace(cast(given_{name} as varchar), chr(0), '')"
    checks = [
        (
            bad,
            Check(
                KIND_RULES[column.kind],
                table.name,
                name,
                _hits(table, value, "null", bad),
                f"{name} {{value!r}} {words}",
            ),
        )
    ]
    if column.required and column.default is None:
        missing = f"given_{name} is null"
        checks.append(
            (
                missing,
                Check(
                    "missing_value",
                    table.name,
                    name,
                    _hits(table, "null", "null", missing),
                    f"{name} is missing. Every row of {table.name} needs one.",
                ),
            )
        )
    return checks


def _outer_blanks(table: Table) -> tuple[str, Check]:
    condition = f"{NAME_AS_GIVEN} is not null and name is not null"
    return condition, Check(
        "outer_blanks",
        table.name,
        "name",
        _hits(table, NAME_AS_GIVEN, "null", condition),
        "the category name {value!r} has blanks before or after it. Remove them in the source, or load with "
        "repair=True.",
    )


def _warn_short(session: Session, given: Given, check: Check, count: int, findings: Findings) -> None:
    lines = [str(row[0]) for row in session.rows("short rows", f"{check.sql} order by source_line limit 5")]
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    findings.warn(
        "short_row",
        f"{place(given.table.name, given.file, None)}: {rows} fewer fields than the header; what is missing "
        f"at the end was taken as not given. See line {', '.join(lines)}. Is the file whole?",
        table=given.table.name,
        file=given.file,
        value="; ".join(lines),
    )
