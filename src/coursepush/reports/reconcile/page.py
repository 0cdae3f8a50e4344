"""The page of a reconciliation: did the real push do what the plan said?"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.notebook import html_table, label, muted
from coursepush.html.page import document, section, tiles
from coursepush.html.tables import counts_table, drawn_table
from coursepush.html.text import safe
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import REASON_SENTENCES, VERDICT_LABELS
from coursepush.reports.parts import in_push_order
from coursepush.reports.reconcile.words import GROUP, OUTCOMES

if TYPE_CHECKING:
    from coursepush.reports.reconcile.report import Reconciliation

_COLOURS = {
    "came_true": "insert",
    "not_done": "delete",
    "differs": "update",
    "changed": "update",
    "gone": "delete",
}
_ON = {1: "on courses", 2: "in sections"}


def reconcile_page(found: Reconciliation) -> str:
    """One self-contained page: the answer, counts, and what did not come true, with examples."""
    counts = found.counts()
    totals = dict(counts.group_by("outcome").agg(pl.col("rows").sum()).rows())
    question = "Did the push do what the plan said?"
    header = (
        f"<header><p class='kind'>Reconciliation: {safe(found.title)}</p><h1>{question}</h1>"
        f"<p class='lead'>{safe(found.summary)}</p>"
        + tiles([(_COLOURS.get(one, ""), label, totals[one]) for one, label in OUTCOMES.items() if one in totals])
        + "</header>"
    )
    notes = "".join(f"<p>{safe(note)}</p>" for note in found.notes)
    parts = [
        header,
        section("What kind of data", _by_type(counts)),
        section("What did not come true", _rules(found, counts)),
        section("What was not looked at", notes),
    ]
    return document(f"Reconciliation: {found.title}", parts)


def _by_type(counts: pl.DataFrame) -> str:
    if counts.is_empty():
        return ""
    there = [one for one in OUTCOMES if one in counts["outcome"].to_list()]
    lines = (
        counts.group_by("element", "hop")
        .agg(pl.col("rows").filter(pl.col("outcome") == one).sum().alias(one) for one in there)
        .sort(in_push_order(), "hop")
        .select(
            pl.concat_str(
                pl.col("element").replace(ELEMENT_LABELS),
                pl.lit(" "),
                pl.col("hop").replace_strict(_ON, return_dtype=pl.String),
            ).alias("data"),
            *there,
        )
    )
    return counts_table(lines, "by-type", {"data": "Data", **{one: OUTCOMES[one] for one in there}})


def _rules(found: Reconciliation, counts: pl.DataFrame) -> str:
    """Each rule of which not all came true: what was foretold, how often it did not happen, and such as where."""
    rules = counts.filter(pl.col("outcome") != "came_true").sort("rows", descending=True, maintain_order=True)
    if rules.is_empty():
        return ""
    such = examples_by_rule(found, _example)
    frame = pl.DataFrame(
        [
            {
                "what": f"{OUTCOMES[row['outcome']]}<small>{_data(row)}</small>",
                "foretold": _foretold(row),
                "rows": row["rows"],
                "such": "".join(such.get(_rule(row), [])),
            }
            for row in rules.iter_rows(named=True)
        ]
    )
    labels = {"what": "What came of it", "foretold": "Foretold", "rows": "Rows", "such": "Such as"}
    table = drawn_table(frame, "rules", labels, kind="cards", html=["what", "foretold", "such"])
    listed = int(rules["rows"].sum())
    return f"<p>{counted(listed, 'row')}. <code>.rows(outcome=…)</code> lists them.</p>{table}"


def examples_by_rule(
    found: Reconciliation, told: Callable[[dict[str, Any]], str]
) -> dict[tuple[Any, ...], list[str]]:
    """The examples of each rule and outcome, as `told` has them."""
    such: dict[tuple[Any, ...], list[str]] = {}
    for row in found.examples().iter_rows(named=True):
        such.setdefault(_rule(row), []).append(told(row))
    return such


def _rule(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in GROUP)


def _data(row: dict[str, Any]) -> str:
    return f"{ELEMENT_LABELS[row['element']]} {_ON[row['hop']]}"


def _foretold(row: dict[str, Any]) -> str:
    if row["verdict"] is None:
        return "Nothing"
    why = f"<small>{escape(REASON_SENTENCES[row['reason']][0])}</small>" if row["reason"] else ""
    return f"<span class='verdict {row['verdict']}'>{escape(VERDICT_LABELS[row['verdict']])}</span>{why}"


def _example(row: dict[str, Any]) -> str:
    where = f", section {safe(row['section_number'])}" if row["section_number"] is not None else ""
    change = f": {safe(row['change'])}" if row["change"] else ""
    stands = f"<small>stands: {safe(row['stands'])}</small>" if row["stands"] else ""
    return (
        f"<p>{safe(row['school'])}, {safe(row['course_number'])}{where}, {safe(row['what'])}{change}{stands}</p>"
    )


# -- at a glance -------------------------------------------------------------------------------------------

_RULES_SHOWN = 12
_HOPS = {1: "courses", 2: "sections"}


def reconciliation_html(found: Reconciliation) -> str:
    """The summary, then each rule of which not all came true, with examples: for a notebook."""
    shown = examples_by_rule(found, _in_a_line)
    rules = [row for row in found.counts().iter_rows(named=True) if row["outcome"] != "came_true"]
    rules.sort(key=lambda row: -int(row["rows"]))
    lines = [
        [
            escape(OUTCOMES[row["outcome"]]),
            f"{escape(ELEMENT_LABELS[row['element']])} on {_HOPS[row['hop']]}",
            _foretold_in_a_line(row),
            f"{row['rows']:,}",
            "<br>".join(shown.get(_rule(row), [])),
        ]
        for row in rules[:_RULES_SHOWN]
    ]
    left = len(rules) - _RULES_SHOWN
    heads = ("What came of it", "Data", "Foretold", "Rows", "Such as")
    return (
        f"<div><b>Did the push do it? {escape(found.title)}</b><div>{escape(found.summary)}</div>"
        f"{html_table(heads, lines, (False, False, False, True, False))}"
        f"{muted(f'{left:,} more in <code>.counts()</code>.') if left > 0 else ''}</div>"
    )


def _foretold_in_a_line(row: dict[str, Any]) -> str:
    told = [label(row["reason"], {})] if row["reason"] else []
    told += [escape(f"Link: {row['link']}")] if row["link"] else []
    return (label(row["verdict"], VERDICT_LABELS) if row["verdict"] else "Nothing") + muted(", ".join(told))


def _in_a_line(row: dict[str, Any]) -> str:
    section = f", section {row['section_number']}" if row["section_number"] is not None else ""
    change = f", {row['change']}" if row["change"] else ""
    stands = f"; stands: {row['stands']}" if row["stands"] else ""
    return escape(f"{row['school']}, {row['course_number']}{section}: {row['what']}{change}{stands}")
