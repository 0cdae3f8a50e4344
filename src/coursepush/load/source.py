"""What a load is given: a folder of files, or a dict of tables, as frames of the model's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE, CsvFault, CsvFile
from coursepush.load.findings import Findings, close_matches, place
from coursepush.load.types import KIND_WORDS, raw_expression
from coursepush.model.tables import TABLES, Table

NAME_AS_GIVEN = "name_as_given"
"""A column of raw category tables: the name as it was given, where it has blanks around it; else null."""

BLOCK_ROWS = 500_000
"""So many rows of a frame or Parquet file are read at a time."""

ColumnNames = Mapping[str, Mapping[str, str]]

READ_ERRORS = (CsvFault, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
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


def given_tables(source: Any, columns: ColumnNames, findings: Findings) -> list[Given]:
    """The recognised tables of `source`, in the order of the model; what is wrong goes to `findings`.

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
    if isinstance(source, str | Path):
        sources = _folder(Path(source), findings)
    elif isinstance(source, Mapping):
        sources = _named(source, findings)  # type: ignore[arg-type]
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
            given = _opened(TABLES[name], *sources[name], columns.get(name, {}), findings)
            if given is not None:
                found.append(given)
    return found


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
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    findings.refuse(
        "unreadable_file",
        f"{place(table, file, None)} cannot be read; it may be damaged or of another format. Export it "
        f"again. The reader says: {reason}",
        table=table,
        file=file,
    )


def _folder(folder: Path, findings: Findings) -> dict[str, tuple[Any, str | None]]:
    """Table → (path, name for findings) of the files in `folder`."""
    folder = folder.expanduser()
    if not folder.is_dir():
        what = "is a file; give the folder it is in" if folder.is_file() else "does not exist"
        findings.refuse("no_folder", f"The folder {folder} {what}.", file=str(folder))
        return {}
    sources: dict[str, tuple[Any, str | None]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.is_dir():
            continue
        name, suffix = path.stem.strip().lower(), path.suffix.lower()
        if name not in TABLES or suffix not in (".csv", ".parquet"):
            hint = close_matches(name, TABLES) if name not in TABLES else " Files end in .csv or .parquet."
            findings.warn(
                "unknown_file",
                f"{path.name} was left out: it is no table of a district.{hint}",
                file=path.name,
                value=path.name,
            )
        elif name in sources:
            findings.refuse(
                "two_files",
                f"{sources[name][1]} and {path.name} both give table {name}. Keep one of them.",
                table=name,
                file=path.name,
            )
        else:
            sources[name] = (path, path.name)
    return sources


def _named(source: Mapping[Any, Any], findings: Findings) -> dict[str, tuple[Any, str | None]]:
    """Table → (frame, relation or path; name for findings) of the entries of a dict."""
    sources: dict[str, tuple[Any, str | None]] = {}
    for given, value in source.items():
        name = str(given).strip().lower()
        if name not in TABLES:
            findings.warn(
                "unknown_table",
                f"{given!r} was left out: it is no table of a district.{close_matches(name, TABLES)}",
                value=str(given),
            )
        elif name in sources:
            findings.refuse("two_files", f"Table {name} is given twice. Keep one of them.", table=name)
        else:
            is_path = isinstance(value, str | Path)
            sources[name] = (Path(value).expanduser(), str(value)) if is_path else (value, None)
    return sources


def _opened(
    table: Table, value: Any, file: str | None, names: Mapping[str, str], findings: Findings
) -> Given | None:
    try:
        if isinstance(value, Path) and value.suffix.lower() == ".csv":
            return _from_csv(table, value, file, names, findings)
        if isinstance(value, Path):
            if value.suffix.lower() != ".parquet":
                raise CsvFault("unknown_format", "Files end in .csv or .parquet; this one does not.")
            lazy = pl.scan_parquet(value, glob=False, hive_partitioning=False)
            return _from_frame(table, lazy, str(value), file, names, findings)
        if isinstance(value, pl.DataFrame | pl.LazyFrame):
            return _from_frame(table, value.lazy(), "a frame", file, names, findings)
        if hasattr(value, "fetchall") and hasattr(value, "columns"):
            frame = pl.DataFrame(value)  # the whole relation at once: it would run again at each reading
            return _from_frame(table, frame.lazy(), "a relation", file, names, findings)
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
    table: Table, path: Path, file: str | None, names: Mapping[str, str], findings: Findings
) -> Given | None:
    csv = CsvFile(path)
    wanted = _matched(table, csv.header, file, names, findings)
    if not wanted:
        return None
    types = dict.fromkeys(wanted, pl.String())
    raw = _raw_columns(table, {name: name for name in wanted}, types, file, findings)

    def frames() -> Iterator[pl.DataFrame]:
        for batch in csv.batches(wanted):
            yield batch.select(SOURCE_LINE, FIELD_COUNT, *raw.values())

    return Given(table, file, str(path), tuple(wanted), frozenset(wanted), len(csv.header), frames)


def _from_frame(
    table: Table,
    frame: pl.LazyFrame,
    origin: str,
    file: str | None,
    names: Mapping[str, str],
    findings: Findings,
) -> Given | None:
    schema = frame.collect_schema()
    header = list(schema)
    wanted = _matched(table, header, file, names, findings) if header else {}
    if header and not wanted:
        return None
    theirs = {name: header[position] for name, position in wanted.items()}
    raw = _raw_columns(table, theirs, {name: schema[theirs[name]] for name in theirs}, file, findings)

    def frames() -> Iterator[pl.DataFrame]:
        rows = (
            frame.select(raw.values())
            .with_row_index(SOURCE_LINE, offset=1)
            .with_columns(pl.col(SOURCE_LINE).cast(pl.Int64), pl.lit(None, dtype=pl.Int64).alias(FIELD_COUNT))
        )
        is_empty = True
        for block in rows.collect_batches(chunk_size=BLOCK_ROWS, maintain_order=True):
            is_empty = False
            yield block
        if is_empty:
            yield rows.head(0).collect()

    planned = frame.select(raw.values()).collect_schema()
    texts = frozenset(name for name in raw if isinstance(planned.get(name), pl.String))
    return Given(table, file, origin, tuple(wanted), texts, None, frames)


def _raw_columns(
    table: Table,
    theirs: Mapping[str, str],
    types: Mapping[str, pl.DataType],
    file: str | None,
    findings: Findings,
) -> dict[str, pl.Expr]:
    """The expression of each given column; one of a type that cannot be read is refused and left null."""
    raw: dict[str, pl.Expr] = {}
    for name, their_name in theirs.items():
        column, dtype = table.column(name), types[name]
        expression = raw_expression(column, their_name, dtype)
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
    mapped = {theirs.strip().lower(): ours for theirs, ours in names.items()}
    for theirs in mapped:
        if theirs not in plain:
            findings.refuse(
                "mapped_column_missing",
                f"{where} has no column {theirs!r}, which the given column names map to {mapped[theirs]}."
                f"{close_matches(theirs, plain)}",
                table=table.name,
                file=file,
                column=mapped[theirs],
                value=theirs,
            )
    wanted: dict[str, int] = {}
    for position, name in enumerate(plain):
        ours = mapped.get(name, name)
        if ours in wanted:
            findings.refuse(
                "duplicate_header",
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
            shown = repr(header[position]) if name else f"number {position + 1}, which has no name,"
            findings.warn(
                "unknown_column",
                f"{where}: column {shown} was left out: table {table.name} has no such column."
                f"{close_matches(name, table.names)}",
                table=table.name,
                file=file,
                value=header[position],
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
