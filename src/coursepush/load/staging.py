"""One table of the source, typed, as a temporary table; what cannot be read becomes findings."""

from __future__ import annotations

import polars as pl

from coursepush.load.blanks import add_counts, count_words, without_words, word_findings
from coursepush.load.checks import CATEGORY_TABLES, Check, run_check, staged
from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE
from coursepush.load.findings import Findings, place
from coursepush.load.repair import REPAIRS
from coursepush.load.source import NAME_AS_GIVEN, Given
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


def fill_staged(session: Session, given: Given, findings: Findings, *, repair: bool = False) -> None:
    """Read `given` into its staged table. Values that are refused are null there, absent ones the default.

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
    is_first, words = True, dict[str, dict[str, int]]()
    for frame in given.frames():
        if given.names and frame.height:
            found = count_words(frame, sorted(given.texts))
            add_counts(words, found)
            frame = frame.with_columns(without_words(pl.col(name)) for name in found)
            _take_block(session, given, frame, [condition for condition, _ in checks], is_first, repair)
            is_first = False
    if not is_first:
        _run_checks(session, given, checks, findings)
        session.run("drop faulty rows", f"drop table {_faulty(table)}")
    for rule, column, value, message in word_findings(place(table.name, given.file, None), words):
        findings.warn(rule, message, table=table.name, file=given.file, column=column, value=value)


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


def _take_block(
    session: Session, given: Given, frame: pl.DataFrame, faults: list[str], is_first: bool, repair: bool
) -> None:
    """Type one block of rows; those with a fault are kept aside as given, too."""
    table = given.table
    columns = [column for column in table.columns if column.name in given.names]
    pairs = ", ".join(
        f"{column.name} as given_{column.name}, {parse_sql(column, column.name in given.texts)} as {column.name}"
        for column in columns
    )
    has_blanks = table.name in CATEGORY_TABLES and "name" in given.names
    extra = f", {NAME_AS_GIVEN}" if has_blanks else ""
    takes_work = any(column.kind != "text" and column.name in given.texts for column in columns)
    kind = "table" if takes_work else "view"  # numbers and dates in text are read once
    names = ", ".join(column.name for column in table.columns)
    values = ", ".join(
        with_default(column, column.name if column.name in given.names else "") for column in table.columns
    )
    with session.lent("raw_block", frame):
        session.run(
            f"parse {table.name}",
            # one row a row of the source: each value as given and as typed
            f"create temp {kind} parsed_block as "
            f"select {SOURCE_LINE}, {FIELD_COUNT}{extra}, {pairs} from raw_block",
        )
        any_fault = f"select * from parsed_block where {' or '.join(faults) or 'false'}"
        into = f"create temp table {_faulty(table)} as" if is_first else f"insert into {_faulty(table)}"
        session.run(
            f"set aside faulty rows of {table.name}",
            # one row a row of the source that has a fault
            f"{into} {any_fault}",
        )
        session.run(
            f"fill staged {table.name}",
            # one row a row of the source, typed
            f"insert into {staged(table.name)} ({SOURCE_LINE}, {names}) "
            f"select {SOURCE_LINE}, {values} from parsed_block",
        )
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
    """SQL for what stands in a column: the typed `value`, or the default where that is null or not given (empty)."""
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
