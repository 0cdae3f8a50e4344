"""The rows that the page of a plan shows one by one, each in words, by school and calendar."""

from __future__ import annotations

from typing import Any

import polars as pl

from coursepush.html.tables import folded_rows
from coursepush.html.text import GONE, safe
from coursepush.model.verdicts import Reason
from coursepush.plan.fates import MAKER_LABELS, Maker
from coursepush.reports.parts import Cells, cards, place, text_of, what, where
from coursepush.reports.plan.words import Words

_FROM = {0: "", 1: "From the course master", 2: "From the course"}


def listed_rows(rows: pl.DataFrame, table_id: str, total: int, words: Words, *, with_why: bool = True) -> str:
    """Verdict rows: where, what, who made it, why (unless a table above says it), and what changes."""
    cells: Cells = {
        "where": ("Course or section", where),
        "what": ("What", what),
        "change": ("Change", text_of("change")),
        "made": ("Who made it", lambda row: _made(row, words, with_why=with_why)),
    }
    return _listed(rows, table_id, total, cells, ("28%", "22%", "25%", "25%"))


def listed_renames(rows: pl.DataFrame, total: int, words: Words) -> str:
    """Renamed categories: the old name and the new one, whose it is, and why it does not give way otherwise."""
    cells: Cells = {
        "where": ("Course or section", where),
        "name": ("Old name → new name", lambda row: f"{safe(row['old_name'])} → {safe(row['new_name'])}"),
        "whose": ("Whose", _whose),
        "why": ("Why it stays", lambda row: safe(_why(row, words))),
    }
    return _listed(rows, "renamed", total, cells, ("28%", "27%", "15%", "30%"))


def listed_numbers(rows: pl.DataFrame, total: int) -> str:
    """Courses that cannot get their course master's number, and the courses in their way."""
    cells: Cells = {
        "where": ("Course", where),
        "wanted": ("Number of its course master", text_of("wanted_number")),
        "other": ("Courses that have or would have it", text_of("other")),
    }
    return _listed(rows, "numbers", total, cells, ("38%", "24%", "38%"))


def _listed(rows: pl.DataFrame, table_id: str, total: int, cells: Cells, widths: tuple[str, ...]) -> str:
    """The rows, grouped by school and calendar; each cell is HTML made here, all text escaped."""
    if rows.is_empty():
        return ""
    table = cards(rows, cells, table_id, group=_school, widths=widths)
    return folded_rows(
        table, rows.height, total, rest="not shown here; <code>plan.rows(names=True)</code> lists them."
    )


def _school(row: dict[str, Any]) -> str:
    return place(row) if row["school"] else GONE


def _made(row: dict[str, Any], words: Words, *, with_why: bool) -> str:
    """Who made it, where there is a row that somebody made, and why this becomes of it."""
    why = _why(row, words) if with_why else ""
    notes = [why] if why else []
    if row["use"] == "unknown":
        notes.append("It is not known whether students' work uses it.")
    small = "".join(f"<small>{safe(note)}</small>" for note in notes)
    return f"{_whose(row)}{small}"


def _why(row: dict[str, Any], words: Words) -> str:
    """The reason in a sentence, where there is one; that an undo undoes goes without saying."""
    reason = row["reason"]
    if reason == Reason.UNDO or (reason is None and not (words.says_what_it_keeps and row["verdict"] == "keep")):
        return ""
    why = words.sentences(reason)[0]
    return f"{why.removesuffix('.')}: {row['other']}." if row["other"] else why


def _whose(row: dict[str, Any]) -> str:
    """Who made it; nothing of what is added, an attribute, or skipped whole."""
    if row["made_by"] != Maker.DISTRICT:
        return MAKER_LABELS[row["made_by"]]
    return _FROM[row["hop"]] if row["row_id"] is not None else ""
