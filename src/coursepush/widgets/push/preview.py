"""What a preview shows: the counts and the picture, then lists to drill down in, each row with its why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import ipywidgets as W
import polars as pl

from coursepush.display import plan_body_html
from coursepush.errors import CoursepushError, counted
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.requests.registry import verdict_labels
from coursepush.widgets.look import box, button, buttons, heading, muted, on_change, on_click, show
from coursepush.widgets.push.grades_view import GradesView
from coursepush.widgets.push.state import Preview
from coursepush.widgets.push.why import why_of_row
from coursepush.widgets.tables import Row, RowsTable

if TYPE_CHECKING:
    from coursepush.district import District

_PLACE = {
    "school": "School",
    "course_number": "Course",
    "section_number": "Section",
    "teacher": "Teacher",
    "element": "Data",
    "what": "What",
}
_WRITTEN = {**_PLACE, "verdict": "What happens", "change": "Change"}
_REFUSED = {**_PLACE, "why": "Why", "what_to_do": "What to do"}
_FILTERS = {"school": "School", "element": "Data"}


class PreviewView(W.VBox):
    """A preview, in tabs: Summary, Changes, Would be lost, Could not be pushed, Residual, Collisions, Grades."""

    def __init__(
        self, district: District, preview: Preview, is_busy: Callable[[], bool], grades: GradesView
    ) -> None:
        self.preview = preview
        self.grades = grades
        self.lists: dict[str, RowsList] = {}
        self._makers = _lists(district, preview, is_busy)
        holders = [W.VBox([_summary(preview)]), *(W.VBox() for _ in self._makers), grades]
        titles = [
            "Summary",
            *(f"{title} ({made.height:,})" for title, (made, _) in self._makers.items()),
            "Grades",
        ]
        self.tabs = W.Tab(holders, titles=tuple(titles), selected_index=0)
        on_change(self.tabs, "selected_index", self._open)
        super().__init__([self.tabs])

    def list_of(self, title: str) -> RowsList:
        """Open a tab by its title, for scripts: "Changes", "Would be lost", ..."""
        self.tabs.selected_index = 1 + list(self._makers).index(title)
        return self.lists[title]

    def open_grades(self) -> None:
        """Open the tab of grades, for scripts."""
        self.tabs.selected_index = 1 + len(self._makers)

    def _open(self, place: int | None) -> None:
        """A list is made when its tab is opened for the first time: most are never looked at."""
        if not place:
            return
        if place > len(self._makers):
            self.grades.opened()
            return
        title = list(self._makers)[place - 1]
        if title not in self.lists:
            self.lists[title] = self._makers[title][1]()
            self.tabs.children[place].children = (self.lists[title],)


def _lists(
    district: District, preview: Preview, is_busy: Callable[[], bool]
) -> dict[str, tuple[pl.DataFrame, Callable[[], RowsList]]]:
    """The tabs with rows: title → the rows, and how to make the list of them."""
    refused = "Left as it is" if preview.is_undo else "Could not be pushed"
    told: dict[str, tuple[pl.DataFrame, Mapping[str, str], Mapping[str, str], str]] = {
        "Changes": (preview.written, _WRITTEN, {**_FILTERS, "verdict": "What happens"}, "change"),
        "Would be lost": (preview.lost, _WRITTEN, {**_FILTERS, "verdict": "What happens"}, "row"),
        refused: (preview.refused, _REFUSED, {**_FILTERS, "why": "Why"}, "row"),
        "Residual": (preview.residual, _REFUSED, {**_FILTERS, "why": "Why"}, "row"),
        "Collisions": (preview.collisions, {**_WRITTEN, "why": "Why"}, _FILTERS, "row"),
    }

    def maker(title: str) -> Callable[[], RowsList]:
        rows, columns, filters, noun = told[title]
        return lambda: RowsList(district, preview, is_busy, rows, columns, filters, noun, _LEADS.get(title, ""))

    shown = ("Changes", refused) if preview.is_undo else tuple(told)
    return {title: (told[title][0], maker(title)) for title in shown}


_LEADS = {
    "Would be lost": "What schools and teachers made themselves and would lose: removed, or taken over. What is "
    "taken over keeps its assignments and grades and gets the values from above.",
    "Residual": "Setup with students' work that nothing above is like. No push removes it.",
    "Collisions": "Categories that are renamed to make way for one of the same name, and course numbers that are "
    "taken.",
}


class RowsList(W.VBox):
    """Rows of a preview with filters; a row that is clicked can be asked why."""

    def __init__(
        self,
        district: District,
        preview: Preview,
        is_busy: Callable[[], bool],
        rows: pl.DataFrame,
        columns: Mapping[str, str],
        filters: Mapping[str, str],
        noun: str,
        lead: str,
    ) -> None:
        self._district = district
        self._preview = preview
        self._is_busy = is_busy
        self.rows = RowsTable(rows, columns, filters, noun=noun)
        self.ask_why = button("Why?", icon="question", tooltip="Why this row has this outcome, step by step")
        on_click(self.ask_why, self._tell_why)
        self.why = W.HTML()
        show(self.why, False)
        self.rows.on_choose(self._chosen)
        parts: list[W.Widget] = [W.HTML(muted(lead))] if lead else []
        if rows.is_empty():
            super().__init__([*parts, W.HTML(muted("There are none."))])
        else:
            hint = W.HTML(muted("Of the row you clicked; without a click, of the first one found."))
            super().__init__([*parts, self.rows, buttons(self.ask_why, hint), self.why])

    def _chosen(self, row: Row | None) -> None:
        self.ask_why.disabled = self.rows.matching.is_empty()
        if row is None:
            show(self.why, False)

    def _tell_why(self) -> None:
        row = self.rows.chosen or self.rows.matching.row(0, named=True)
        if self._is_busy():  # asking now would make the notebook wait until that is done
            self.why.value = box("note", "Something is under way. Ask again when it is done.", is_news=True)
            show(self.why, True)
            return
        try:
            self.why.value = why_of_row(self._district, self._preview, row)
        except CoursepushError as error:
            self.why.value = box("error", str(error))
        show(self.why, True)


def _summary(preview: Preview) -> W.HTML:
    labels = {**verdict_labels(preview.plan.request.kind), **ELEMENT_LABELS}
    picture = preview.changes.picture
    by_school = f"{heading('By data type and school')}{picture}" if picture else ""
    return W.HTML(plan_body_html(preview.plan, labels) + by_school)


def lost_words(preview: Preview) -> str:
    """How many rows would be lost, and who made them."""
    of_schools = preview.lost.filter(level="course").height
    of_teachers = preview.lost.height - of_schools
    makers = [f"{name} ({rows:,})" for name, rows in (("schools", of_schools), ("teachers", of_teachers)) if rows]
    return f"{counted(preview.lost.height, 'row')} that {' and '.join(makers)} made"


def headline(preview: Preview) -> str:
    """What a preview comes to, in a sentence, and its digest."""
    rows, refused = preview.plan.writes, preview.refused.height
    schools = preview.written["school"].n_unique() if rows else 0
    told = (
        f"{counted(rows, 'row')} would be written at {counted(schools, 'school')}"
        if rows
        else "Nothing would be written"
    )
    more = [f"{lost_words(preview)} would be lost"] if preview.lost.height else []
    as_now = "as it is now" if refused == 1 else "as they are now"
    stays = f"would be left {as_now}" if preview.is_undo else "could not be pushed"
    more += [f"{counted(refused, 'row')} {stays}"] if refused else []
    return f"{told}{''.join(f'; {one}' for one in more)}. Digest {preview.digest[:8]}."
