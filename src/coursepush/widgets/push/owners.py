"""The tabs By school and By teacher of a preview: a line each, with what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as W
import polars as pl

from coursepush.errors import CoursepushError
from coursepush.plan.fates import Fate
from coursepush.plan.requests.registry import fate_labels
from coursepush.reports.before_after import before_and_after
from coursepush.reports.by_owner import Owner
from coursepush.reports.filters import Given
from coursepush.reports.pages.sides import side_by_side
from coursepush.widgets.look import box, button, buttons, heading, muted, on_click, show
from coursepush.widgets.push.state import Preview
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.tables import Row, RowsTable

BY_SCHOOL, BY_TEACHER = "By school", "By teacher"


def owner_tabs(
    preview: Preview, is_busy: Callable[[], bool], remembered: Remembered | None = None
) -> dict[str, tuple[int, Callable[[], Any]]]:
    """Title → how many lines, and how to make the list of them; of teachers where the plan goes to sections."""
    tabs: dict[str, tuple[int, Callable[[], Any]]] = {
        BY_SCHOOL: (preview.by_school.height, lambda: OwnersList(preview, "school", is_busy, remembered))
    }
    if not preview.by_teacher.is_empty():
        tabs[BY_TEACHER] = (preview.by_teacher.height, lambda: OwnersList(preview, "teacher", is_busy, remembered))
    return tabs


class OwnersList(W.VBox):
    """A line for each school, or each teacher; one that is clicked opens to its sections before and after."""

    def __init__(
        self, preview: Preview, who: Owner, is_busy: Callable[[], bool], remembered: Remembered | None = None
    ) -> None:
        frame = preview.by_school if who == "school" else preview.by_teacher
        labels = fate_labels(preview.plan.request.kind)
        names = {"school": "School", **({"teacher": "Teacher"} if who == "teacher" else {})}
        columns = {**names, "sections": "Sections", **{str(one): labels[one] for one in Fate}}
        there = {name: label for name, label in columns.items() if name in names or frame[name].sum()}
        texts = frame.with_columns(pl.col(name).fill_null("No one") for name in names)
        self._preview, self._who, self._is_busy = preview, who, is_busy
        self.rows = RowsTable(
            texts,
            there,
            names,
            noun=who,
            title=BY_SCHOOL if who == "school" else BY_TEACHER,
            remembered=remembered,
        )
        self.rows.on_choose(lambda _: show(self.sides, False))
        self.before_and_after = button(
            "Before and after", icon="columns", tooltip="The sections as they stand, and as this push leaves them"
        )
        on_click(self.before_and_after, self._open)
        self.sides = W.HTML()
        show(self.sides, False)
        lead = "Each row is counted once" + (", in the section that it is in." if who == "teacher" else ".")
        hint = W.HTML(muted("Of the line you clicked; without a click, of the first one found."))
        opened = buttons(self.before_and_after, hint)
        super().__init__([W.HTML(muted(lead)), self.rows, opened, self.sides])

    def _open(self) -> None:
        """Show the sections of the chosen line, side by side."""
        if self.rows.matching.is_empty():
            return
        row = self.rows.chosen or self.rows.matching.row(0, named=True)
        if self._is_busy():  # asking now would make the notebook wait until that is done
            self.sides.value = box("note", "Something is under way. Ask again when it is done.", is_news=True)
        else:
            try:
                self.sides.value = self._sides(row)
            except CoursepushError as error:
                self.sides.value = box("error", str(error))
        show(self.sides, True)

    def _sides(self, row: Row) -> str:
        school, owner = row["school_id"], row[f"{self._who}_id"]
        if school is None or owner is None:
            return muted("These rows are in no teacher's section.")
        given = Given(school=school, teacher=owner if self._who == "teacher" else None)
        found = before_and_after(self._preview.plan, given)
        if found.rows.is_empty():
            return muted("Nothing is written in these sections.")
        title = row["teacher"] if self._who == "teacher" else row["school"]
        return heading(str(title)) + side_by_side(found, with_teacher=self._who == "school")
