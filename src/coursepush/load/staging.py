"""One table of the source, typed, as a temporary table; what cannot be read becomes findings."""

from __future__ import annotations

from coursepush.load.checks import CATEGORY_TABLES, Check, run_check, staged
from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE
from coursepush.load.findings import Findings, place
from coursepush.load.source import OUTER_BLANKS, Given
from coursepush.load.types import KIND_RULES, KIND_WORDS, parse_sql
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


def fill_staged(session: Session, given: Given, findings: Findings) -> None:
    """Read `given` into its staged table. Values that are refused are null there, absent ones the default.

    Raises:
        CsvFault, OSError, polars errors: the source cannot be read (:data:`source.READ_ERRORS`).
    """
    table = given.table
    _read_raw(session, given)
    for column in table.columns:
        if column.required and column.default is None and column.name not in given.names and given.names:
            findings.refuse(
                "missing_column",
                f"{place(table.name, given.file, None)} has no column {column.name}, which must be given.",
                table=table.name,
                file=given.file,
                column=column.name,
            )
    if given.names:
        _parse(session, given, findings)
    session.run("drop raw rows", f"drop table {_raw(table)}")


def _raw(table: Table) -> str:
    return f"raw_{table.name}"


def _parsed(table: Table) -> str:
    return f"parsed_{table.name}"


def _read_raw(session: Session, given: Given) -> None:
    """The rows as given, block by block, in a temporary table."""
    raw = _raw(given.table)
    is_first = True
    for frame in given.frames():
        if is_first:
            session.take_in(raw, frame)
            is_first = False
            continue
        session.take_in("raw_more", frame)
        session.run(f"add to {raw}", f"insert into {raw} by name select * from raw_more")
        session.run("drop block", "drop table raw_more")


def _parse(session: Session, given: Given, findings: Findings) -> None:
    table, raw, parsed = given.table, _raw(given.table), _parsed(given.table)
    columns = [column for column in table.columns if column.name in given.names]
    pairs = ", ".join(
        f"{column.name} as given_{column.name}, {parse_sql(column, column.name in given.texts)} as {column.name}"
        for column in columns
    )
    has_blanks = table.name in CATEGORY_TABLES and "name" in given.names
    extra = f", {OUTER_BLANKS}" if has_blanks else ""
    session.run(
        f"parse {table.name}",
        # one row a row of the source: each value as given and as typed
        f"create temp view {parsed} as select {SOURCE_LINE}, {FIELD_COUNT}{extra}, {pairs} from {raw}",
    )
    checks = [*_row_checks(given), *(check for column in columns for check in _value_checks(given, column))]
    if has_blanks:
        checks.append(_outer_blanks(table))
    faults = ", ".join(f"count(*) filter (where {condition})" for condition, _ in checks)
    counts = session.rows(
        f"count faults of {table.name}",
        # one row: for each check the number of rows at fault
        f"select {faults} from {parsed}",
    )[0]
    for count, (_, check) in zip(counts, checks, strict=True):
        if count and check.rule == "short_row":
            _warn_short(session, given, check, int(count), findings)
        elif count:
            run_check(session, check, given.file, findings)
    names = ", ".join(column.name for column in table.columns)
    values = ", ".join(_final(column, column.name in given.names) for column in table.columns)
    session.run(
        f"fill staged {table.name}",
        # one row a row of the source, typed
        f"insert into {staged(table.name)} ({SOURCE_LINE}, {names}) select {SOURCE_LINE}, {values} from {parsed}",
    )
    session.run("drop parsed view", f"drop view {parsed}")


def _final(column: Column, is_given: bool) -> str:
    default = f"cast({column.default or 'null'} as {column.sql_type})"
    if not is_given:
        return default
    return column.name if column.default is None else f"coalesce({column.name}, {default})"


def _hits(table: Table, value: str, other: str, condition: str) -> str:
    return (
        f"select {SOURCE_LINE} as source_line, {value} as value, {other} as other from {_parsed(table)} "
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
        "holds a NUL byte. Remove it."
        if column.kind == "text"
        else f"must be {KIND_WORDS[column.kind]}. Correct it."
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
    condition = f"{OUTER_BLANKS} and name is not null"
    return condition, Check(
        "outer_blanks",
        table.name,
        "name",
        _hits(table, "name", "null", condition),
        "the category name {value!r} has blanks before or after it. Remove them in the source.",
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
