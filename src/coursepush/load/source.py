"""What a load is given: a folder of files, or a dict of tables, as frames of the model's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from coursepush.errors import RequestError
from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE, CsvFault, CsvFile, looks_like_data
from coursepush.load.database.reading import DatabaseTable
from coursepush.load.exported import check_manifest
from coursepush.load.findings import Findings, close_matches, place
from coursepush.load.listing import NamedSource, in_folder, in_mapping, tell_of_odd_ends
from coursepush.load.quoting import columns_told, quotes
from coursepush.load.reading import SourceTables
from coursepush.load.relations import relation_frame
from coursepush.load.spreadsheet import SpreadsheetValues
from coursepush.load.types import KIND_WORDS, normalised, raw_expression
from coursepush.model.tables import TABLES, Table
from coursepush.store.memory import is_out_of_memory, out_of_memory

NAME_AS_GIVEN = "name_as_given"
"""A column of raw category tables: the name as it was given, where it has blanks around it; else null."""

BLOCK_ROWS = 491_520
"""So many rows of a frame or Parquet file are read at a time: four of DuckDB's row groups."""

ColumnNames = Mapping[str, Mapping[str, str]]

READ_ERRORS = (
    CsvFault,
    OSError,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    duckdb.Error,
    MemoryError,
)
"""What reading a source may raise; :func:`refuse_unreadable` makes a finding of it."""


@dataclass(frozen=True, slots=True)
class Given:
    """One table as it was given.

    `names` are the model's columns it has; `texts` those whose raw values are text. `frames()` reads it:
    frames of source_line, field_count (null but for CSV), the columns in `names`, and name_as_given where
    the table has a category's name. `width` is the number of fields of a CSV header.
    """

    table: Table
    file: str | None
    origin: str
    names: tuple[str, ...]
    texts: frozenset[str]
    width: int | None
    frames: Callable[[], Iterator[pl.DataFrame]]


def is_category(table: Table) -> bool:
    return table.name.endswith("_category")


def given_tables(source: Any, columns: ColumnNames, findings: Findings, *, repair: bool = False) -> list[Given]:
    """The recognised tables of `source`, in the order of the model; what is wrong goes to `findings`.

    With `repair`, what a spreadsheet made of text and numbers is mended where it can be told
    (:mod:`coursepush.load.csv_encoding`, :mod:`coursepush.load.spreadsheet`).

    Raises:
        RequestError: `columns` names a table or column that the model does not have, or `source` is neither a
            folder nor a dict.
    """
    for table_name, names in columns.items():
        if table_name not in TABLES:
            raise RequestError.unknown("table", table_name, TABLES, "(in columns)")
        for ours in names.values():
            if ours not in TABLES[table_name].names:
                raise RequestError.unknown(
                    "column", ours, TABLES[table_name].names, f"of {table_name} (in columns)"
                )
    called = None
    if isinstance(source, NamedSource):
        source, called = source.source, source.called
    if isinstance(source, str | Path):
        sources = in_folder(Path(source), findings)
        check_manifest(Path(source).expanduser(), sources, findings)
        tell_of_odd_ends(sources, findings)
    elif isinstance(source, Mapping):
        sources = in_mapping(source, findings)  # type: ignore[arg-type]
    else:
        raise RequestError(
            f"A district is loaded from a folder or a dict of table to frame, relation or path, not from "
            f"{type(source).__name__}."
        )
    if not sources and not findings.refusals:
        findings.refuse(
            "no_table",
            "No table of a district was found. If the files have names and columns of their own, draft a "
            "mapping with 'coursepush map FOLDER', edit it and load with it (--mapping); otherwise name the files "
            "after the tables, for instance course_master.csv. The tables are: " + ", ".join(TABLES) + ".",
        )
    found: list[Given] = []
    for name in TABLES:
        if name in sources:
            given = _opened(TABLES[name], *sources[name], columns.get(name, {}), findings, repair)
            if given is not None:
                found.append(given if called is None else replace(given, origin=_within(called, given)))
    return found


def of_reader(reader: SourceTables) -> NamedSource | Mapping[str, Any]:
    """The tables that a reader made, under the name of what it read."""
    return reader.tables if reader.origin is None else NamedSource(reader.tables, reader.origin)


def _within(called: str, given: Given) -> str:
    """Where a table came from, of a source that is called otherwise: a zip, a database, what a reader read."""
    return called if given.file is None else f"{called}: {given.file}"


def refuse_unreadable(error: BaseException, table: str, file: str | None, findings: Findings) -> None:
    """The finding for one of :data:`READ_ERRORS`."""
    if isinstance(error, CsvFault):
        where = place(table, file, error.line)
        findings.refuse(
            error.rule,
            f"{where}: {error.message}",
            table=table,
            file=file,
            line=error.line,
            value=error.value,
        )
        return
    if is_out_of_memory(error):
        said = out_of_memory(f"Reading {place(table, file, None)}", "")
        findings.refuse("out_of_memory", said, table=table, file=file)
        return
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if not quotes(table):  # what it says may repeat values
        reason = str(error.strerror) if isinstance(error, OSError) else type(error).__name__
    findings.refuse(
        "unreadable_file",
        f"{place(table, file, None)} cannot be read; it may be damaged or of another format. Export it "
        f"again. The reader says: {reason}",
        table=table,
        file=file,
    )


def _opened(
    table: Table, value: Any, file: str | None, names: Mapping[str, str], findings: Findings, repair: bool
) -> Given | None:
    try:
        if isinstance(value, Path) and value.suffix.lower() == ".csv":
            return _from_csv(table, value, file, names, findings, repair)
        if isinstance(value, Path):
            if value.suffix.lower() != ".parquet":
                raise CsvFault("unknown_format", "Files end in .csv or .parquet; this one does not.")
            lazy = pl.scan_parquet(value, glob=False, hive_partitioning=False)
            return _from_frame(table, lazy, str(value), file, names, findings)
        if isinstance(value, pl.DataFrame | pl.LazyFrame):
            return _from_frame(table, value.lazy(), "a frame", file, names, findings)
        if isinstance(value, DatabaseTable):
            known = {*table.names, *(theirs.strip().lower() for theirs in names)}
            wanted = [name for name in value.columns if name.strip().lower() in known] or value.columns
            return _from_frame(table, value.lazy(wanted), value.name, file, names, findings)
        if hasattr(value, "fetchall") and hasattr(value, "columns"):
            frame, unfit = relation_frame(value)
            return _from_frame(table, frame.lazy(), "a relation", file, names, findings, unfit)
    except READ_ERRORS as error:
        refuse_unreadable(error, table.name, file, findings)
        return None
    findings.refuse(
        "unknown_format",
        f"Table {table.name} is given as {type(value).__name__}. Give a polars frame, a DuckDB relation or a "
        "path.",
        table=table.name,
    )
    return None


def _from_csv(
    table: Table, path: Path, file: str | None, names: Mapping[str, str], findings: Findings, repair: bool
) -> Given | None:
    csv = CsvFile(path, repair=repair, quotes=quotes(table.name))
    wanted = _matched(table, csv.header, file, names, findings)
    if not wanted:
        return None
    types = dict.fromkeys(wanted, pl.String())
    raw = _raw_columns(table, {name: name for name in wanted}, types, file, findings)
    values = SpreadsheetValues(table, wanted, csv.delimiter, repair=repair)

    def frames() -> Iterator[pl.DataFrame]:
        if values.dates_to_see:
            values.see_dates(csv.batches({name: wanted[name] for name in values.dates_to_see}))
        for batch in csv.batches(wanted):
            yield _normalised(table, values.read(batch).select(SOURCE_LINE, FIELD_COUNT, *raw.values()), wanted)
        for told in csv.told:
            message = f"{place(table.name, file, None)}: {told.message}"
            findings.warn(told.rule, message, table=table.name, file=file, line=told.line, value=told.value)
        values.tell(file, findings)

    return Given(table, file, str(path), tuple(wanted), frozenset(wanted), len(csv.header), frames)


def _from_frame(
    table: Table,
    frame: pl.LazyFrame,
    origin: str,
    file: str | None,
    names: Mapping[str, str],
    findings: Findings,
    unfit: Mapping[str, str] | None = None,
) -> Given | None:
    """`unfit`: columns that no frame can hold → their type; they are refused."""
    schema = frame.collect_schema()
    header = list(schema)
    wanted = _matched(table, header, file, names, findings) if header else {}
    if header and not wanted:
        return None
    theirs = {name: header[position] for name, position in wanted.items()}
    types = {name: (unfit or {}).get(theirs[name], schema[theirs[name]]) for name in theirs}
    raw = _raw_columns(table, theirs, types, file, findings)
    written = [name for name, dtype in types.items() if isinstance(dtype, pl.String | pl.Categorical | pl.Enum)]

    def frames() -> Iterator[pl.DataFrame]:
        rows = (
            frame.select(raw.values())
            .with_row_index(SOURCE_LINE, offset=1)
            .with_columns(pl.col(SOURCE_LINE).cast(pl.Int64), pl.lit(None, dtype=pl.Int64).alias(FIELD_COUNT))
        )
        is_empty = True
        for block in rows.collect_batches(chunk_size=BLOCK_ROWS, maintain_order=True):
            is_empty = False
            yield _normalised(table, block, written)
        if is_empty:
            yield rows.head(0).collect()

    planned = frame.select(raw.values()).collect_schema()
    texts = frozenset(name for name in raw if isinstance(planned.get(name), pl.String))
    return Given(table, file, origin, tuple(wanted), texts, None, frames)


def _normalised(table: Table, block: pl.DataFrame, texts: Iterable[str]) -> pl.DataFrame:
    return block.with_columns(normalised(block[name], table.column(name)) for name in texts)


def _raw_columns(
    table: Table,
    theirs: Mapping[str, str],
    types: Mapping[str, pl.DataType | str],
    file: str | None,
    findings: Findings,
) -> dict[str, pl.Expr]:
    """The expression of each given column; one of a type that cannot be read is refused and left null."""
    raw: dict[str, pl.Expr] = {}
    for name, their_name in theirs.items():
        column, dtype = table.column(name), types[name]
        expression = None if isinstance(dtype, str) else raw_expression(column, their_name, dtype)
        if expression is None:
            findings.refuse(
                "wrong_type",
                f"{place(table.name, file, None)}: column {their_name} is of type {dtype}, which is not "
                f"{KIND_WORDS[column.kind]}. Cast it, or give it as text.",
                table=table.name,
                file=file,
                column=name,
                value=str(dtype),
            )
            expression = pl.lit(None, dtype=pl.String).alias(name)
        raw[name] = expression
        if name == "name" and is_category(table):
            is_text = isinstance(dtype, pl.String)
            text = pl.col(their_name)
            given = pl.when(text != text.str.strip_chars()).then(text) if is_text else pl.lit(None, pl.String)
            raw[NAME_AS_GIVEN] = given.alias(NAME_AS_GIVEN)
    return raw


def _matched(
    table: Table, header: list[str], file: str | None, names: Mapping[str, str], findings: Findings
) -> dict[str, int]:
    """The model's column → position in `header`, by name or by the caller's own names for them."""
    where = place(table.name, file, None)
    plain = [name.strip().lower() for name in header]
    is_data, is_quoted = looks_like_data(header), quotes(table.name)
    if not names and not set(plain) & set(table.names) and is_data:
        shown = f" ({', '.join(header[:5])})" if is_quoted else ""
        findings.refuse(
            "no_header",
            f"{where}: the first line looks like data{shown}. Put a line with the column names "
            f"above it: {', '.join(table.names)}; only those that are there, in the order of the columns.",
            table=table.name,
            file=file,
            line=1,
        )
        return {}
    mapped = {theirs.strip().lower(): ours for theirs, ours in names.items()}
    for theirs in mapped:
        if theirs not in plain:
            findings.refuse(
                "mapped_column_missing",
                f"{where} has no column {theirs!r}, which the given column names map to {mapped[theirs]}."
                f"{close_matches(theirs, plain if is_quoted or not is_data else ())}",
                table=table.name,
                file=file,
                column=mapped[theirs],
                value=theirs,
            )
    wanted: dict[str, int] = {}
    unknown = [
        header[position].strip()
        for position, name in enumerate(plain)
        if name and mapped.get(name, name) not in table.names
    ]
    names_told = {"": "", **dict(zip(unknown, columns_told(header, unknown, is_quoted=is_quoted), strict=True))}
    for position, name in enumerate(plain):
        ours = mapped.get(name, name)
        if ours in wanted:
            findings.refuse(
                "duplicate_header",  # two headers that are names: what the model, or the user, calls them
                f"{where} gives column {ours} twice: {header[wanted[ours]]!r} and {header[position]!r}. "
                "Remove or rename one of them.",
                table=table.name,
                file=file,
                column=ours,
                value=header[position],
            )
        elif ours in table.names:
            wanted[ours] = position
        else:
            told = names_told[header[position].strip()]
            is_told = told == header[position].strip()
            shown = repr(header[position]) if is_told else told
            shown = shown if name else f"number {position + 1}, which has no name,"
            findings.warn(
                "unknown_column",
                f"{where}: column {shown} was left out: table {table.name} has no such column."
                f"{close_matches(name, table.names)}",
                table=table.name,
                file=file,
                value=header[position] if is_told else None,
            )
    if not wanted:
        findings.refuse(
            "no_column",
            f"{where}: no column of table {table.name} was recognised. The first line must hold the "
            "column names: " + ", ".join(table.names) + ".",
            table=table.name,
            file=file,
        )
    return wanted
