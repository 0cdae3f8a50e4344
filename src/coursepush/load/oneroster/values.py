"""The values of a OneRoster file: cleaned, typed, with a finding for all that is odd or cannot be understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from coursepush.load.blanks import WORDS, count_words, without_words, word_findings
from coursepush.load.oneroster.fields import FILES, GONE, Field, FieldKind
from coursepush.load.oneroster.findings import all_rows, each_row, finding
from coursepush.load.types import date_expression, year_expression

LINE = "line"

_EXACT = pl.Decimal(38, 12)
_KEPT: dict[FieldKind, tuple[pl.Decimal, int]] = {
    "points": (pl.Decimal(9, 3), 3),
    "weight": (pl.Decimal(9, 4), 4),
}
_EXPECTED: dict[FieldKind, str] = {
    "date": "a date such as 2026-08-17",
    "year": "a school year: the year in which it ends, such as 2027",
    "flag": "true or false",
    "points": "a number under 1,000,000",
    "weight": "a number under 100,000",
}
TYPES: dict[FieldKind, pl.DataType] = {
    "text": pl.String(),
    "list": pl.List(pl.String()),
    "date": pl.Date(),
    "year": pl.Int32(),
    "flag": pl.Boolean(),
    "points": pl.Decimal(9, 3),
    "weight": pl.Decimal(9, 4),
}
"""What a field's column holds once it is read."""


def typed(file: str, raw: pl.DataFrame, headers: Mapping[str, str]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The fields of `file` (``users``), and `line`; with findings.

    Args:
        raw: text columns of the fields that the file has, and `line`.
        headers: field → header as the file writes it. Fields that it lacks become columns of nulls.
    """
    fields = FILES[file].fields
    given = [field for field in fields if field.name in headers]
    # beside each field's column as given: its cleaned text, its exact value, and the value that is kept
    cleaned = raw.with_columns(_cleaned(pl.col(field.name)).alias(f"text {field.name}") for field in given)
    cleaned, of_words = _without_words(f"{file}.csv", cleaned, given, headers)
    rows = cleaned.with_columns(
        _parsed(field, pl.col(f"text {field.name}")).alias(f"exact {field.name}") for field in given
    ).with_columns(_kept(field, pl.col(f"exact {field.name}")).alias(f"kept {field.name}") for field in given)
    # a row that is marked as deleted is taken out, whatever else stands in it
    counts = ~pl.col("text status").str.to_lowercase().is_in(GONE) if "status" in headers else pl.lit(True)
    counts = counts.fill_null(True)
    tests = {(field, rule): counts & test for field in given for rule, test in _tests(field).items()}
    hits = rows.select(test.any().alias(str(place)) for place, test in enumerate(tests.values())).row(0)
    findings = of_words + [
        _said(f"{file}.csv", field, headers[field.name], rule, rows.filter(test))
        for ((field, rule), test), is_hit in zip(tests.items(), hits, strict=True)
        if is_hit
    ]
    values = [
        (pl.col(f"kept {field.name}") if field in given else pl.lit(None, TYPES[field.kind])).alias(field.name)
        for field in fields
    ]
    return rows.select(LINE, *values), findings


def _cleaned(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFC").str.strip_chars().replace("", None)


def _without_words(
    name: str, rows: pl.DataFrame, given: Sequence[Field], headers: Mapping[str, str]
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """`rows` with the cells blank that hold a word for nothing (:mod:`coursepush.load.blanks`); and findings."""
    columns = {f"text {field.name}": headers[field.name] for field in given}
    counts = count_words(rows, columns)
    findings = [
        finding("warning", rule, name, message, column=column, value=value)
        for rule, column, value, message in word_findings(name, counts, columns)
    ]
    return rows.with_columns(without_words(pl.col(column)).alias(column) for column in counts), findings


def _kept(field: Field, exact: pl.Expr) -> pl.Expr:
    """A number in the decimals of the model, rounded half to even; anything else as it is."""
    if field.kind not in _KEPT:
        return exact
    kind, decimals = _KEPT[field.kind]
    return exact.round(decimals).cast(kind, strict=False)


def _tests(field: Field) -> dict[str, pl.Expr]:
    """Rule → which rows are meant."""
    given, text, exact, kept = (pl.col(f"{form}{field.name}") for form in ("", "text ", "exact ", "kept "))
    tests = {"outer_blanks": given != given.str.strip_chars()}
    if field.must:
        tests["missing_value"] = text.is_null()
    if field.kind in _EXPECTED:
        tests["wrong_value"] = text.is_not_null() & kept.is_null()
    if field.kind in _KEPT:
        tests["rounded"] = exact != kept.cast(_EXACT)
    return {rule: test.fill_null(False) for rule, test in tests.items()}


def _said(name: str, field: Field, header: str, rule: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The findings about the rows that one test meant."""
    text = pl.col(f"text {field.name}")
    match rule:
        case "outer_blanks":
            return all_rows(rows, "note", rule, name, header, text, f"blanks around {header} were taken off.")
        case "rounded":
            said = f"{header} was rounded to {_KEPT[field.kind][1]} decimals, as the model keeps it."
            return all_rows(rows, "warning", rule, name, header, text, said)
        case "missing_value":
            return each_row(
                rows, rule, name, header, pl.lit(None), pl.lit(f"{header} is empty; it must be given.")
            )
        case _:
            expected = _EXPECTED[field.kind]
            said_each = pl.format(f"{header} '{{}}' is not {expected}.", text.str.slice(0, 80))
            return each_row(rows, rule, name, header, text, said_each)


def _parsed(field: Field, text: pl.Expr) -> pl.Expr:
    """A cleaned text column as what it is; null where it cannot be read as that. Numbers exactly."""
    match field.kind:
        case "text":
            return text
        case "list":
            parts = text.str.split(",").list.eval(pl.element().str.strip_chars())
            return parts.list.eval(pl.element().filter(~pl.element().is_in(["", *WORDS])))
        case "flag":
            word = text.str.to_lowercase()
            yes, no = word.is_in(["true", "t", "yes", "y", "1"]), word.is_in(["false", "f", "no", "n", "0"])
            return pl.when(yes).then(True).when(no).then(False)
        case "points" | "weight":
            return text.cast(_EXACT, strict=False)
        case "year":
            return year_expression(text)
        case "date":
            return date_expression(text)
