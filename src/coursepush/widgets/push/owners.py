"""The tabs By school and By teacher of a preview: a line each, with what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets as W
import polars as pl

from coursepush.errors import CoursepushError, RequestError, counted
from coursepush.files.names import file_name
from coursepush.plan.fates import Fate
from coursepush.plan.requests.registry import fate_labels
from coursepush.reports.filters import Given
from coursepush.reports.owners.before_after import before_and_after
from coursepush.reports.owners.counts import Owner
from coursepush.reports.owners.sides import side_by_side
from coursepush.widgets.look import box, button, buttons, heading, muted, news, on_click, show
from coursepush.widgets.push.state import Preview
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.tables import Row, RowsTable
from coursepush.widgets.takeaway import Item, OfRow
from coursepush.widgets.taking import Taken

if TYPE_CHECKING:
    from coursepush.district import District

BY_SCHOOL, BY_TEACHER = "By school", "By teacher"
MOST_SECTIONS = 100
"""So many sections of a line are shown before and after, in their order."""
PAGE = Item("page", "Page", "download", "Download the page to send, with each section before and after:")


def owner_tabs(
    district: District, preview: Preview, is_busy: Callable[[], bool], remembered: Remembered | None = None
) -> dict[str, tuple[int, Callable[[], Any]]]:
    """Title → how many lines, and how to make the list of them; of teachers where the plan goes to sections."""

    def maker(who: Owner) -> Callable[[], OwnersList]:
        return lambda: OwnersList(district, preview, who, is_busy, remembered)

    tabs: dict[str, tuple[int, Callable[[], Any]]] = {BY_SCHOOL: (preview.by_school.height, maker("school"))}
    if not preview.by_teacher.is_empty():
        tabs[BY_TEACHER] = (preview.by_teacher.height, maker("teacher"))
    return tabs


class OwnersList(W.VBox):
    """A line for each school, or each teacher, who loses most first; each has a page to send.

    One that is clicked opens to its sections before and after.
    """

    def __init__(
        self,
        district: District,
        preview: Preview,
        who: Owner,
        is_busy: Callable[[], bool],
        remembered: Remembered | None = None,
    ) -> None:
        self._district = district
        frame = preview.by_school if who == "school" else preview.by_teacher
        labels = fate_labels(preview.plan.request.kind)
        names = {"school": "School", **({"teacher": "Teacher"} if who == "teacher" else {})}
        columns = {**names, "sections": "Sections", **{str(one): labels[one] for one in Fate}}
        there = {name: label for name, label in columns.items() if name in names or frame[name].sum()}
        if str(Fate.DISAPPEARS) in there:
            frame = frame.sort(str(Fate.DISAPPEARS), descending=True, maintain_order=True)
            there = {**names, str(Fate.DISAPPEARS): labels[Fate.DISAPPEARS], "lost": "What disappears", **there}
        texts = _told_apart(frame.with_columns(pl.col(name).fill_null("No one") for name in names), [*names])
        self._preview, self._who, self._is_busy = preview, who, is_busy
        self.rows = RowsTable(
            texts,
            there,
            names,
            noun=who,
            title=BY_SCHOOL if who == "school" else BY_TEACHER,
            remembered=remembered,
            of_row=OfRow(PAGE, (*names,), self._page),
            page_length=25,
        )
        self.rows.on_choose(lambda _: show(self.sides, False))
        self.rows.on_pick(lambda _: self._open())
        self.before_and_after = button(
            "Before and after", icon="columns", tooltip="The sections as they stand, and as this push leaves them"
        )
        on_click(self.before_and_after, self._open)
        self.sides = W.HTML()
        show(self.sides, False)
        lead = "Each row is counted once" + (", in the section that it is in." if who == "teacher" else ".")
        hint = W.HTML(muted("Click a line to see its sections before and after. Without a click: the first."))
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
                self.sides.value = news(self._sides(row))
            except CoursepushError as error:
                self.sides.value = box("error", str(error))
        show(self.sides, True)

    def _given(self, row: Row) -> Given | None:
        """The filters that give the sections of a line; None where its rows are in nobody's."""
        school, owner = row["school_id"], row[f"{self._who}_id"]
        if school is None or owner is None:
            return None
        return Given(school=school, teacher=owner if self._who == "teacher" else None)

    def _page(self, row: Row) -> Callable[[], Taken]:
        """How the page of a line is made: what the push would do there, and each section before and after."""
        given, plan = self._given(row), self._preview.plan
        if given is None:
            raise RequestError("These rows are in no teacher's section, so there is nobody to send a page to.")
        if self._is_busy():
            raise RequestError("Something is under way. Ask again when it is done.")
        reports = self._district.reports

        def make() -> Taken:
            if self._who == "school":
                report = reports.by_school(plan, school=given.school)
            else:
                report = reports.by_teacher(plan, school=given.school, teacher=given.teacher)
            name = file_name(str(row[self._who]), ".html")
            return Taken(f"Downloaded: {name}. It names no student.", name, report.file_bytes(".html"))

        return make

    def _sides(self, row: Row) -> str:
        given = self._given(row)
        if given is None:
            return muted("These rows are in no teacher's section.")
        found = before_and_after(self._preview.plan, given, most=MOST_SECTIONS)
        if found.rows.is_empty():
            return muted("Nothing is written in these sections.")
        title = row["teacher"] if self._who == "teacher" else row["school"]
        shown = heading(str(title)) + side_by_side(found, with_teacher=self._who == "school")
        left = row["sections"] - found.rows["section_id"].n_unique()
        more = f"{counted(left, 'more section')}. Those of one teacher are under By teacher."
        return shown + (muted(more) if left > 0 else "")


def _told_apart(lines: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Lines of the same name get their ids: a page has to be of the right one."""
    last = names[-1]
    is_twice = pl.struct(names).is_duplicated() & pl.col(f"{last}_id").is_not_null()
    named = pl.format("{} (id {})", last, f"{last}_id")
    return lines.with_columns(pl.when(is_twice).then(named).otherwise(last).alias(last))
