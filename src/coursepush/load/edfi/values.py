"""The values of Ed-Fi data: cleaned and typed, with a finding for all that is odd or cannot be understood."""

from __future__ import annotations

import polars as pl

from coursepush.load.blanks import Counts, count_words, without_words, word_findings
from coursepush.load.edfi.fields import ENTRY, KINDS, SECTION, Field, FieldKind, Form
from coursepush.load.edfi.findings import all_rows, each_row, finding
from coursepush.load.edfi.resources import json_paths
from coursepush.load.keys import composed
from coursepush.load.types import date_expression, year_expression

PLACE = ("file", "line", "row")
"""Columns that every frame has besides its fields: where the entity stands."""

_PERSONAL = ("comment",)
"""Fields whose text is about one student, which findings do not repeat."""

_DAMAGED = "\ufffd|ï¿½|í¿Œ|â€|Ã[\u0080-\u00bf]"  # what is left of letters that were misread before the export
_EXACT = pl.Decimal(38, 12)
_KEPT: dict[FieldKind, tuple[pl.Decimal, int]] = {
    "points": (pl.Decimal(9, 3), 3),
    "percent": (pl.Decimal(9, 4), 4),
}
_EXPECTED: dict[FieldKind, str] = {
    "date": "a date such as 2026-08-17",
    "year": "a school year such as 2026-2027",
    "int": "a whole number",
    "points": "a number under 1,000,000",
    "percent": "a number under 100,000",
}


def column_name(form: Form, kind: str, field: str) -> str:
    """What a field is called in the source: its header in CSV, its path in XML and JSON."""
    known = KINDS[kind].field(field)
    if form == "json":
        return json_paths(kind, known.name)[0].written
    return known.header if form == "csv" else known.paths[0]


def typed(form: Form, kind: str, raw: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """All fields of the kind, cleaned (NFC, no outer blanks, empty is null) and typed; and findings.

    Args:
        raw: text columns of the fields that are given, with file, line, row. The others become nulls.
    """
    fields, table = KINDS[kind].fields, KINDS[kind].table
    nothing = pl.lit(None, pl.String)
    text = raw.select(
        *((pl.col(each.name) if each.name in raw.columns else nothing).alias(each.name) for each in fields), *PLACE
    )
    clean = text.with_columns(
        pl.exclude(PLACE).str.normalize("NFC").str.strip_chars().replace("", None).name.keep()
    )
    counts = count_words(clean, (each.name for each in fields if each.name in raw.columns))
    for name in counts:  # an entity may stand in several lines, one for each of its repeated values
        counts |= count_words(clean.unique(["row", name]), [name])
    clean = clean.with_columns(without_words(pl.col(name)) for name in counts)
    exact = clean.with_columns(_parsed(each).alias(each.name) for each in fields)
    kept = exact.with_columns(
        pl.col(each.name).round(_KEPT[each.kind][1]).cast(_KEPT[each.kind][0], strict=False)
        for each in fields
        if each.kind in _KEPT
    )
    findings = _of_words(form, kind, raw, counts)
    for field in (each for each in fields if each.name in raw.columns or each.must):
        before, after, value = text[field.name], clean[field.name], pl.col(field.name)
        column = column_name(form, kind, field.name)

        def listed(rule: str, meant: pl.Series, said: str, severity: str, field: Field = field) -> None:
            rows, column = clean.filter(meant.fill_null(False)), column_name(form, kind, field.name)
            shown = pl.lit(None) if field.name in _PERSONAL else pl.col(field.name)
            findings.append(all_rows(rows, severity, rule, table, column, shown, said))

        listed(
            "outer_blanks",
            before != before.str.strip_chars(),
            f"{column} had blanks around it; they were trimmed.",
            "note",
        )
        listed(
            "damaged_text",
            after.str.contains(_DAMAGED),
            f"{column} holds letters that were damaged before the export; they are kept as they are.",
            "warning",
        )
        if field.must:
            said = pl.lit(f"{column} is empty; it must be given.")
            empty = clean.filter(value.is_null())
            whole, some = _whole_files(clean, empty)
            everywhere = f"{column} is empty in all of them; it must be given. Is it there under another name?"
            findings.append(all_rows(whole, "refusal", "missing_value", table, column, pl.lit(None), everywhere))
            findings.append(each_row(some, "refusal", "missing_value", table, column, pl.lit(None), said))
        if field.kind in _EXPECTED:
            wrong = clean.filter(after.is_not_null() & kept[field.name].is_null())
            said = pl.format(column + " '{}' is not " + _EXPECTED[field.kind] + ".", value.str.slice(0, 80))
            whole, some = _whole_files(clean, wrong)
            everywhere = f"{column} is not {_EXPECTED[field.kind]} in any of them."
            findings.append(all_rows(whole, "refusal", "wrong_value", table, column, value, everywhere))
            findings.append(each_row(some, "refusal", "wrong_value", table, column, value, said))
        if field.kind in _KEPT:
            listed(
                "rounded",
                exact[field.name] != kept[field.name].cast(_EXACT),
                f"{column} was rounded to {_KEPT[field.kind][1]} decimals, as the model keeps it.",
                "warning",
            )
    if ENTRY in KINDS[kind].key:
        kept = kept.with_columns(_entry().alias(ENTRY))
        names = " and no ".join(column_name(form, kind, name) for name in ("identifier", "title"))
        said = pl.lit(f"there is no {names}; one of them must be given.")
        lost = kept.filter(pl.col(ENTRY).is_null())
        findings.append(each_row(lost, "refusal", "missing_value", table, None, pl.lit(None), said))
    return kept, findings


def _of_words(form: Form, kind: str, raw: pl.DataFrame, counts: Counts) -> list[pl.DataFrame]:
    """What is said of words for nothing (:mod:`coursepush.load.blanks`), which are blank from here on."""
    files = raw["file"].unique(maintain_order=True).to_list()
    where = ", ".join(files[:3]) + (" and others" if len(files) > 3 else "")
    called = {name: column_name(form, kind, name) for name in counts}
    return [
        finding("warning", rule, KINDS[kind].table, files[0], message, column=column, value=value)
        for rule, column, value, message in word_findings(where, counts, called)
    ]


def _whole_files(rows: pl.DataFrame, faulty: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of the faulty rows those of files in which every row is, and there are several, and the others.

    What is wrong throughout has one cause, and is told once.
    """
    many = rows.group_by("file").agg(rows=pl.col("row").n_unique()).filter(pl.col("rows") > 2)
    of_faulty = faulty.group_by("file").agg(rows=pl.col("row").n_unique())
    whole = many.join(of_faulty, on=["file", "rows"], how="semi")
    return faulty.join(whole, on="file", how="semi"), faulty.join(whole, on="file", how="anti")


def _entry() -> pl.Expr:
    """The key of an entry of a gradebook (see edfi_fields.ENTRY); null where there is nothing to make it of."""
    by_title = composed("title", "assigned", *SECTION)
    return (
        pl.when(pl.col("identifier").is_not_null())
        .then(composed("namespace", "identifier"))
        .when(pl.col("title").is_not_null())
        .then(by_title)
    )


def _parsed(field: Field) -> pl.Expr:
    """A cleaned text column as what it is; null where it cannot be read as that. Decimal numbers exactly."""
    text = pl.col(field.name)
    match field.kind:
        case "text":
            return text
        case "descriptor":
            return text.str.replace(r"^.*#", "").str.strip_chars().replace("", None)
        case "int":
            return text.cast(pl.Int32, strict=False)
        case "points" | "percent":
            return text.cast(_EXACT, strict=False)
        case "year":
            return year_expression(text)
        case "date":
            return date_expression(text)
