"""The findings of a load as a page: what stops it, what was mended, what to know of; and what to do about it."""

from __future__ import annotations

from html import escape

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import document, section
from coursepush.html.tables import drawn_table, more
from coursepush.html.text import safe, shown_of
from coursepush.load.causes import CAUSE, by_cause, with_it
from coursepush.load.findings import place, row_word

_SEVERITIES = {
    "refusal": (
        "What has to be corrected first",
        "Nothing is loaded while any of these stands. Correct them in the source, export again, load again.",
    ),
    "repair": (
        "What was mended",
        "These values were changed on the way in, as asked. The source still has them as they were.",
    ),
    "warning": ("What to know of", "These do not stand in the way. A push deals with them by its rules."),
    "note": ("What was read, and what was left out", ""),
}
"""Severity → the heading of its part of the page, and a sentence on what it means."""


_HEADINGS = {"refusal": "What was found, and what to do", "repair": "What was done"}

FEW = 30
"""So many findings are listed without a count of each kind before them."""

WITH_IT = 50
"""So many of the findings that follow from one are shown below it."""


def findings_page(
    findings: pl.DataFrame, *, title: str = "Findings of a load", repairs: pl.DataFrame | None = None,
    max_rows: int = 300,
) -> str:  # fmt: skip
    """One HTML page of a load's findings.

    Args:
        findings: severity, rule, table, file, line, column, value, message, as ``district.findings()`` and
            ``LoadError.findings`` give them.
        repairs: as ``district.repairs()`` gives them: every value that was mended, before and after.
        max_rows: so many rows of each part are shown; the page says how many there are.

    The page shows values of the source, as the messages do; of tables with a student in every row it names file
    and line alone (MODEL.md 10).
    """
    ordered = _in_parts(findings)
    roots = ordered.filter(pl.col(CAUSE).is_null())
    counts = dict(roots.group_by("part").agg(pl.len()).rows())
    parts = [f"<header><p class='kind'>Loading a district</p><h1>{safe(title)}</h1>{_lead(counts)}</header>"]
    for severity, (heading, meaning) in _SEVERITIES.items():
        rows = roots.filter(pl.col("part") == severity)
        if not rows.is_empty():
            said = f"<p>{escape(meaning)}</p>" if meaning else ""
            below = ordered.filter((pl.col("part") == severity) & pl.col(CAUSE).is_not_null())
            content = said + _by_rule(rows, severity) + _listed(rows, below, severity, max_rows)
            if severity == "repair" and repairs is not None and not repairs.is_empty():
                content += _repairs(repairs, max_rows)
            parts.append(section(heading, content))
    return document(title, parts)


def _in_parts(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings in the order of their causes, with `place` and `part`: the gravest severity of a cause and what
    follows from it."""
    rank = {severity: place for place, severity in enumerate(_SEVERITIES)}
    ordered = by_cause(findings).with_row_index("place").with_columns(pl.col("place").cast(pl.Int64))
    gravest = (
        pl.col("severity").replace_strict(rank, return_dtype=pl.Int64).min().over(pl.coalesce(CAUSE, "place"))
    )
    return ordered.with_columns(part=gravest.replace_strict(dict(enumerate(_SEVERITIES)), return_dtype=pl.String))


def _lead(counts: dict[str, int]) -> str:
    if not counts:
        return "<p class='lead'>There is nothing to say of this load: every row was taken as it is.</p>"
    refusals = counts.get("refusal", 0)
    if refusals:
        things = "1 thing has" if refusals == 1 else f"{refusals:,} things have"
        return f"<p class='lead'><strong>Not loaded:</strong> {things} to be corrected first.</p>"
    others = [
        counted(counts[name], word)
        for name, word in (("repair", "kind of repair"), ("warning", "warning"), ("note", "note"))
        if counts.get(name)
    ]
    return f"<p class='lead'><strong>Loaded</strong>, with {' and '.join(others)}.</p>".replace(
        "kind of repairs", "kinds of repair"
    )


def _by_rule(rows: pl.DataFrame, severity: str) -> str:
    """How often each rule spoke, where a list alone would be too long to take in."""
    counted = (
        rows.group_by("rule", "table")
        .agg(findings=pl.len())
        .sort("findings", "rule", "table", descending=[True, False, False], nulls_last=True)
    )
    if rows.height <= FEW:
        return ""
    frame = counted.select(
        rule=pl.col("rule").str.replace_all("_", " ").str.to_titlecase(),
        table=pl.col("table").fill_null(""),
        findings="findings",
    )
    return drawn_table(frame, f"{severity}-rules", {"rule": "What", "table": "Table", "findings": "Findings"})


def _listed(rows: pl.DataFrame, below: pl.DataFrame, severity: str, max_rows: int) -> str:
    """The causes, and below each what follows from it, folded away."""
    head = rows.head(max_rows)
    following = {place: part for (place,), part in below.group_by(CAUSE, maintain_order=True)}
    frame = pl.DataFrame(
        {
            "where": [_where(row) for row in head.iter_rows(named=True)],
            "message": [
                safe(_said(row)) + _with_it(following.get(row["place"])) for row in head.iter_rows(named=True)
            ],
        },
        schema={"where": pl.String, "message": pl.String},
    )
    labels = {"where": "Where", "message": _HEADINGS.get(severity, "What was found")}
    table = drawn_table(frame, f"{severity}-list", labels, kind="cards", html=list(labels))
    heading = f"<h3>{shown_of(head.height, rows.height, 'finding')}</h3>" if rows.height > FEW else ""
    return f"{heading}{table}{_more(rows.height, max_rows)}"


def _with_it(rows: pl.DataFrame | None) -> str:
    """What follows from a cause: how many findings, and the first of them when it is opened."""
    if rows is None:
        return ""
    shown = "".join(f"<li>{safe(row['message'])}</li>" for row in rows.head(WITH_IT).iter_rows(named=True))
    more = f"<li>and {rows.height - WITH_IT:,} more</li>" if rows.height > WITH_IT else ""
    return f"<details><summary>{safe(with_it(rows.height))}</summary><ul>{shown}{more}</ul></details>"


def _said(row: dict[str, object]) -> str:
    """The message without the place it begins with, which has a column of its own here."""
    message = str(row["message"])
    line = row["line"] if isinstance(row["line"], int) else None
    table = str(row["table"] or "")
    where = place(table, None if row["file"] is None else str(row["file"]), line)
    return message.removeprefix(f"{where}: ") if where else message


def _where(row: dict[str, object]) -> str:
    word = row_word(None if row["file"] is None else str(row["file"]))
    line = f", {word} {row['line']}" if row["line"] is not None else ""
    column = f"<small>column {safe(row['column'])}</small>" if row["column"] else ""
    return f"{safe(row['file'] or row['table'] or '')}{line}{column}"


def _repairs(repairs: pl.DataFrame, max_rows: int) -> str:
    head = repairs.head(max_rows)
    frame = head.select(
        where=pl.concat_str(
            pl.coalesce("file", "table"), pl.lit(", line "), pl.col("line").cast(pl.String), ignore_nulls=True
        ),
        row_id=pl.col("row_id").cast(pl.String),
        column="column",
        before=pl.format("“{}”", "before"),
        after=pl.format("“{}”", "after"),
    )
    labels = {"where": "Where", "row_id": "Row id", "column": "Column", "before": "It was", "after": "It is now"}
    heading = shown_of(head.height, repairs.height, "mended value")
    table = drawn_table(frame, "repairs", labels)
    return f"<h3>{heading}</h3>{table}{_more(repairs.height, max_rows)}"


def _more(total: int, max_rows: int) -> str:
    return more(total - max_rows, "row", "not shown here; the frame has them all.")
