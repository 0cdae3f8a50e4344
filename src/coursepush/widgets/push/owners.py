"""The tabs By school and By teacher of a preview: a line each, with what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as W
import polars as pl

from coursepush.plan.fates import Fate
from coursepush.plan.requests.registry import fate_labels
from coursepush.reports.by_owner import Owner
from coursepush.widgets.look import muted
from coursepush.widgets.push.state import Preview
from coursepush.widgets.tables import RowsTable

BY_SCHOOL, BY_TEACHER = "By school", "By teacher"


def owner_tabs(preview: Preview) -> dict[str, tuple[int, Callable[[], Any]]]:
    """Title → how many lines, and how to make the list of them; of teachers where the plan goes to sections."""
    tabs: dict[str, tuple[int, Callable[[], Any]]] = {
        BY_SCHOOL: (preview.by_school.height, lambda: OwnersList(preview, "school"))
    }
    if not preview.by_teacher.is_empty():
        tabs[BY_TEACHER] = (preview.by_teacher.height, lambda: OwnersList(preview, "teacher"))
    return tabs


class OwnersList(W.VBox):
    """A line for each school, or each teacher; the totals stand above."""

    def __init__(self, preview: Preview, who: Owner) -> None:
        frame = preview.by_school if who == "school" else preview.by_teacher
        labels = fate_labels(preview.plan.request.kind)
        names = {"school": "School", **({"teacher": "Teacher"} if who == "teacher" else {})}
        counts = {"courses": "Courses"} if who == "school" else {}
        columns = {**names, **counts, "sections": "Sections", **{str(one): labels[one] for one in Fate}}
        there = {name: label for name, label in columns.items() if name in names or frame[name].sum()}
        texts = frame.with_columns(pl.col(name).fill_null("No one") for name in names)
        self.rows = RowsTable(texts, there, {"school": "School"}, noun=who)
        lead = "Each row is counted once" + (", in the section that it is in." if who == "teacher" else ".")
        super().__init__([W.HTML(muted(lead)), self.rows])
