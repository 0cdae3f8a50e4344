"""The files of an Ed-Fi folder as frames: found, decoded, cleaned, typed, with a finding for all that is odd.

What is read of which file stands in :mod:`coursepush.load.edfi_fields`; what the model makes of it in
:mod:`coursepush.load.edfi`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from coursepush.errors import LoadError
from coursepush.load.edfi_fields import FILES, Field
from coursepush.load.findings import FINDING_SCHEMA

_DAMAGED = "\ufffd|ï¿½|í¿Œ|â€|Ã[\u0080-\u00bf]"  # what is left of letters that were misread before the export


def finding(
    severity: str,
    rule: str,
    table: str | None,
    file: str | None,
    message: str,
    *,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
) -> pl.DataFrame:
    """One finding as a frame of one row."""
    row = (severity, rule, table, file, line, column, value, message)
    return pl.DataFrame([row], schema=FINDING_SCHEMA, orient="row")


def findings_of(
    rows: pl.DataFrame, severity: str, rule: str, file: str, column: str, value: pl.Expr, message: pl.Expr
) -> pl.DataFrame:
    """One finding for each of `rows` (which have `line`); `value` and `message` are made from its columns."""
    return rows.select(
        severity=pl.lit(severity),
        rule=pl.lit(rule),
        table=pl.lit(FILES[file].table),
        file=pl.lit(file),
        line=pl.col("line"),
        column=pl.lit(column),
        value=value.cast(pl.String),
        message=message,
    )


def read_files(folder: Path) -> tuple[dict[str, pl.DataFrame], list[pl.DataFrame]]:
    """The known files of `folder` by name, as frames of the fields of `FILES` and `line`; and findings.

    Optional files that are not there have no frame. Findings may be errors about single values, which the
    caller refuses together with what it finds itself.

    Raises:
        LoadError: no folder, none or not all of the required files, or a file that cannot be read or lacks
            columns; with all such findings.
    """
    if not folder.is_dir():
        kind = "a file, not a folder" if folder.exists() else "not there"
        raise LoadError(f"The Ed-Fi folder {folder} is {kind}. Name the folder that holds School.csv.")
    here = {path.name.lower(): path for path in sorted(folder.glob("*"), reverse=True) if path.is_file()}
    missing = [name for name, kind in FILES.items() if kind.must and name.lower() not in here]
    found = sorted(path.name for path in here.values() if path.suffix.lower() == ".csv")
    if missing:
        inside = ", ".join(found) if found else "no CSV files"
        findings = [
            finding("refusal", "missing_file", FILES[name].table, name, f"{name} is missing.") for name in missing
        ]
        raise LoadError(
            f"The folder {folder} is not a complete Ed-Fi folder: {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing. It holds {inside}. Required are "
            f"{', '.join(name for name, kind in FILES.items() if kind.must)}.",
            pl.concat(findings),
        )
    raw = {name: _read_csv(here[name.lower()], name) for name in FILES if name.lower() in here}
    findings = [each for _, notes in raw.values() for each in notes]
    findings += [_missing_columns(name, frame) for name, (frame, _) in raw.items() if frame is not None]
    refuse(folder, findings)
    typed = {name: _typed(name, frame) for name, (frame, _) in raw.items() if frame is not None}
    findings += [each for _, notes in typed.values() for each in notes]
    findings += [
        finding("note", "file_not_read", None, name, f"{name} is not read: the model has no table for it.")
        for name in found
        if name.lower() not in {known.lower() for known in FILES}
    ]
    return {name: frame for name, (frame, _) in typed.items()}, findings


def refuse(folder: Path, findings: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All findings in one frame; raises LoadError with them when any of them is an error."""
    everything = pl.concat([pl.DataFrame(schema=FINDING_SCHEMA), *findings])
    errors = everything.filter(pl.col("severity") == "refusal")
    if errors.height:
        first = " ".join(errors["message"].head(5).to_list())
        more = f" And {errors.height - 5:,} more: see .findings of this error." if errors.height > 5 else ""
        raise LoadError(
            f"The Ed-Fi folder {folder} was not loaded, {errors.height:,} "
            f"{'thing stands' if errors.height == 1 else 'things stand'} in the way. {first}{more}",
            everything,
        )
    return everything


def _read_csv(path: Path, name: str) -> tuple[pl.DataFrame | None, list[pl.DataFrame]]:
    """The file as text columns and `line`, or None with the finding that says why not."""
    table = FILES[name].table

    def refused(rule: str, message: str, line: int | None = None) -> tuple[None, list[pl.DataFrame]]:
        return None, [finding("refusal", rule, table, name, message, line=line)]

    try:
        data = path.read_bytes()
    except OSError as error:
        return refused("unreadable", f"{name} cannot be read: {error.strerror or error}.")
    notes: list[pl.DataFrame] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as worse:
            where = data.count(b"\n", 0, worse.start) + 1
            message = f"{name}, line {where}: neither UTF-8 nor Windows text (cp1252). Save it as UTF-8."
            return refused("encoding", message, where)
        message = f"{name} is not UTF-8 (from line {line}); it was read as Windows text (cp1252)."
        notes.append(finding("note", "encoding", table, name, message, line=line))
    if "\0" in text:
        return refused("encoding", f"{name} holds NUL bytes; it may be UTF-16. Save it as UTF-8.")
    try:
        frame = pl.read_csv(text.encode(), infer_schema=False)
    except pl.exceptions.NoDataError:
        return refused("empty_file", f"{name} is empty: not even a header.")
    except pl.exceptions.PolarsError as error:
        return refused("unreadable", f"{name} is not a readable CSV file: {str(error).splitlines()[0]}.")
    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n").fill_null(0))
    line_of_row = pl.int_range(pl.len()) + 2 + breaks.cum_sum().shift(1, fill_value=0)
    frame = frame.with_columns(line=line_of_row.cast(pl.Int64))
    return frame.filter(~pl.all_horizontal(pl.exclude("line").is_null())), notes


def _missing_columns(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """An error for each required header that the file lacks."""
    absent = [field for field in FILES[name].fields if field.must and field.header not in frame.columns]
    found = [
        finding(
            "refusal",
            "missing_column",
            FILES[name].table,
            name,
            f"{name} lacks the column {field.header}.",
            line=1,
            column=field.header,
        )
        for field in absent
    ]
    return pl.concat([pl.DataFrame(schema=FINDING_SCHEMA), *found])


def _typed(name: str, raw: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The fields of the file, cleaned (NFC, no outer blanks, empty is null) and typed; with what was odd."""
    fields = FILES[name].fields
    present = {field.name: pl.col(field.header) for field in fields if field.header in raw.columns}
    text = raw.select(
        *(present.get(field.name, pl.lit(None, pl.String)).alias(field.name) for field in fields), "line"
    )
    clean = text.with_columns(
        pl.exclude("line").str.normalize("NFC").str.strip_chars().replace("", None).name.keep()
    )
    typed = clean.with_columns(_parsed(field).alias(field.name) for field in fields)
    findings = [_columns_not_read(name, raw)]
    for field in fields:
        before, after = text[field.name], clean[field.name]
        column = pl.col(field.name)
        blanks = text.filter((before != before.str.strip_chars()).fill_null(False))
        said = f"{name}: {blanks.height:,} values of {field.header} had blanks around them; they were trimmed."
        findings.append(_summary(blanks, "outer_blanks", "note", name, field, said))
        damaged = clean.filter(after.str.contains(_DAMAGED).fill_null(False))
        said = (
            f"{name}: {damaged.height:,} values of {field.header} hold letters that were damaged before the "
            "export; they are kept as they are."
        )
        findings.append(_summary(damaged, "damaged_text", "warning", name, field, said))
        if field.must:
            message = pl.format(name + ", line {}: " + field.header + " is empty.", "line")
            empty = clean.filter(column.is_null())
            findings.append(
                findings_of(empty, "refusal", "missing_value", name, field.header, pl.lit(None), message)
            )
        wrong = clean.filter(after.is_not_null() & typed[field.name].is_null())
        expected = {"date": "a date", "year": "a school year", "int": "a whole number"}.get(field.kind, "")
        message = pl.format(name + ", line {}: " + field.header + " '{}' is not " + expected + ".", "line", column)
        findings.append(findings_of(wrong, "refusal", "wrong_value", name, field.header, column, message))
    return typed, findings


def _summary(rows: pl.DataFrame, rule: str, severity: str, file: str, field: Field, message: str) -> pl.DataFrame:
    """One finding for all `rows`, at the first of them; none where there are none."""
    return findings_of(rows.head(1), severity, rule, file, field.header, pl.col(field.name), pl.lit(message))


def _columns_not_read(name: str, raw: pl.DataFrame) -> pl.DataFrame:
    """One note that names the columns with values that the model has no place for."""
    known = {field.header for field in FILES[name].fields}
    others = [
        column
        for column in raw.columns
        if column not in known and column != "line" and raw[column].null_count() < raw.height
    ]
    if not others:
        return pl.DataFrame(schema=FINDING_SCHEMA)
    message = f"{name}: columns that are not taken over: {', '.join(others)}."
    return finding("note", "columns_not_read", FILES[name].table, name, message, line=1)


def _parsed(field: Field) -> pl.Expr:
    """A cleaned text column as what it is; null where it cannot be read as that."""
    text = pl.col(field.name)
    if field.kind == "descriptor":
        return text.str.replace(r"^.*#", "").str.strip_chars().replace("", None)
    if field.kind == "int":
        return text.cast(pl.Int32, strict=False)
    if field.kind == "year":
        parts = text.str.extract_groups(r"^(\d{4})(?:\s*[-/–]\s*(\d{4}|\d{2}))?$")
        start, end = parts.struct.field("1").cast(pl.Int32), parts.struct.field("2")
        return (
            pl.when(end.str.len_chars() == 4)
            .then(end.cast(pl.Int32, strict=False))
            .when(end.is_not_null())
            .then(start + 1)
            .otherwise(start)
        )
    if field.kind == "date":
        iso = text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$")
        parts = text.str.extract_groups(r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?:\s.*)?$")
        month, day, year = (parts.struct.field(group) for group in "123")
        long_year = pl.when(year.str.len_chars() == 2).then(pl.lit("20") + year).otherwise(year)
        written = pl.concat_str(long_year, month.str.zfill(2), day.str.zfill(2), separator="-")
        return pl.coalesce(iso, written).str.to_date("%Y-%m-%d", strict=False)
    return text
