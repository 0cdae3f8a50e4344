"""Sections before and after a plan, side by side, as HTML: each folded, under its teacher or school."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from coursepush.html.text import plain_number, safe
from coursepush.plan.fates import FATE_WORDS, Fate, fates_sentence
from coursepush.reports.owners.before_after import BothSides

_HEADS = {
    "grading_tasks": "Tasks of the course",
    "standards": "Standards of the course",
    "categories": "Categories",
    "grade_calc_options": "Calculation options",
    "composite_grades": "Composite grades",
}
_WEIGHED = ("categories", "composite_grades")
_NOT_SAID = r"(^|, )(weight|sequence) [^,]*"
"""What stands in a column of its own, or says nothing to a teacher."""


def side_by_side(sides: BothSides, *, with_teacher: bool = False) -> str:
    """Each section of `sides` under a line that opens it: what becomes of how many rows, then both sides.

    Categories are all shown, and composite grades if one of them changes; of the rest those that change.
    """
    words = [pl.col(f"words_{side}").str.replace_all(_NOT_SAID, "").str.strip_prefix(", ") for side in _SIDES]
    totals = {key[0]: frame for key, frame in sides.totals.group_by("section_id")}
    parts: list[str] = []
    for (section_id,), rows in sides.rows.with_columns(words).group_by("section_id", maintain_order=True):
        first = rows.row(0, named=True)
        teacher = f", {safe(first['teacher'])}" if with_teacher and first["teacher"] else ""
        told = fates_sentence(dict(rows.drop_nulls("fate").group_by("fate").agg(pl.len()).rows()))
        number = first["section_number"] or section_id
        heading = (
            f"{safe(first['course_number'])} {safe(first['course_name'])}, section {safe(number)}{teacher}"
            f"<small>{escape(told) or 'as it is'}</small>"
        )
        table = _table(rows, totals.get(section_id))
        parts.append(f"<details class='section'><summary>{heading}</summary>{table}</details>")
    return "".join(parts)


_SIDES = ("before", "after")


def _table(rows: pl.DataFrame, totals: pl.DataFrame | None) -> str:
    body = ""
    for element, head in _HEADS.items():
        of_it = rows.filter(element=element)
        if of_it.is_empty():
            continue
        changed = of_it.drop_nulls("fate")
        shown = of_it if element == "categories" or (element in _WEIGHED and changed.height) else changed
        lines = "".join(_line(row) for row in shown.iter_rows(named=True))
        if rest := of_it.height - shown.height:
            lines += f"<tr class='rest'><td colspan='5'>{_rest(rest, shown.height)}</td></tr>"
        if element == "categories" and totals is not None:
            lines += "".join(_total(row) for row in totals.iter_rows(named=True))
        body += f"<tbody><tr class='head'><th colspan='5'>{escape(head)}</th></tr>{lines}</tbody>"
    heads = (
        "<th>Before</th><th class='gt_right'>Weight</th><th>After</th><th class='gt_right'>Weight</th><th></th>"
    )
    return f"<div class='table sides'><table><thead><tr>{heads}</tr></thead>{body}</table></div>"


def _rest(rows: int, shown: int) -> str:
    """How many stay as they are, and are not shown."""
    if shown:
        return f"{rows:,} more {'stays as it is' if rows == 1 else 'stay as they are'}."
    return "The one there is stays as it is." if rows == 1 else f"All {rows:,} stay as they are."


def _line(row: Mapping[str, Any]) -> str:
    """A row as it stands and as it will stand."""
    fate = row["fate"]
    cells = "".join(_cells(row, side) for side in _SIDES)
    label = f"<span class='fate {fate}'>{escape(FATE_WORDS[fate].label)}</span>" if fate else ""
    return f"<tr class='{'changed' if fate else ''}'>{cells}<td>{label}</td></tr>"


def _cells(row: Mapping[str, Any], side: str) -> str:
    """The name, what else its values say, and the weight on one side; a dash where it is not there."""
    if row[side] is None:
        return "<td class='none'>–</td><td></td>"
    is_new = row["fate"] in (Fate.ADDED, Fate.DISAPPEARS) or row["before"] != row["after"]
    words = f"<small>{safe(row[f'words_{side}'])}</small>" if is_new and row[f"words_{side}"] else ""
    weight = plain_number(row[f"weight_{side}"])
    return f"<td>{safe(row[f'what_{side}'])}{words}</td><td class='gt_right'>{weight}</td>"


def _total(row: Mapping[str, Any]) -> str:
    """What the categories weigh that count for every task, or for one."""
    name = "Total" if row["task"] is None else f"Total for {safe(row['task'])}"
    cells = "".join(
        f"<td>{name}</td><td class='gt_right'>{plain_number(row[f'total_{side}'])}</td>" for side in _SIDES
    )
    apart = row["total_before"] != row["total_after"]
    return f"<tr class='total{' changed' if apart else ''}'>{cells}<td></td></tr>"
