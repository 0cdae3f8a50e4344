"""What a preview shows: the counts and the picture, then lists to drill down in, each row with its why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as W
import polars as pl

from coursepush.errors import CoursepushError, counted
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.fates import Fate
from coursepush.plan.glance import plan_body_html
from coursepush.plan.requests.registry import fate_labels
from coursepush.widgets.look import box, button, buttons, heading, muted, news, on_change, on_click, show
from coursepush.widgets.push.grades_view import GradesView
from coursepush.widgets.push.owners import owner_tabs
from coursepush.widgets.push.state import Preview
from coursepush.widgets.push.why import why_of_row
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.tables import COURSE, Row, RowsTable

if TYPE_CHECKING:
    from coursepush.district import District

_COLUMNS = {
    "school": "School",
    "course": "Course",
    "section_number": "Section",
    "teacher": "Teacher",
    "element": "Data",
    "what": "What",
    "change": "Change",
    "made_by": "Who made it",
    "why": "Why",
}
_REFUSED = {**{name: label for name, label in _COLUMNS.items() if name != "change"}, "what_to_do": "What to do"}
_FILTERS = {"school": "School", "teacher": "Teacher", "element": "Data", "made_by": "Who made it"}
ALL_ROWS = "All rows"
_FATE = {"fate": "What happens"}
_EVERY = {**{name: label for name, label in _COLUMNS.items() if name not in ("made_by", "why")}, **_FATE}
_FILTERS_OF_EVERY = {**_FILTERS, **_FATE}
_LEAD_OF_EVERY = "What is the same already is left out. To look at one section, search for its course and number."


class PreviewView(W.VBox):
    """A preview, in tabs: Summary, All rows, what becomes of rows word by word, By school, By teacher, Grades."""

    def __init__(
        self,
        district: District,
        preview: Preview,
        is_busy: Callable[[], bool],
        grades: GradesView,
        remembered: Remembered | None = None,
    ) -> None:
        self.preview = preview
        self.grades = grades
        self.lists: dict[str, RowsList] = {}
        self._makers = _lists(district, preview, is_busy, remembered)
        holders = [W.VBox([_summary(preview)]), *(W.VBox() for _ in self._makers), grades]
        titles = [
            "Summary",
            *(f"{title} ({number:,})" for title, (number, _) in self._makers.items()),
            "Grades",
        ]
        self.tabs = W.Tab(holders, titles=tuple(titles), selected_index=0)
        on_change(self.tabs, "selected_index", self._open)
        super().__init__([self.tabs])

    @property
    def titles(self) -> tuple[str, ...]:
        """The tabs that have a list."""
        return tuple(self._makers)

    def list_of(self, title: str) -> RowsList:
        """Open a tab by its title, for scripts: "Disappears", "Could not be pushed", "By teacher", ..."""
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
    district: District, preview: Preview, is_busy: Callable[[], bool], remembered: Remembered | None
) -> dict[str, tuple[int, Callable[[], Any]]]:
    """The tabs with rows: title → how many, and how to make the list of them; one for each fate that came up."""

    def maker(fate: str, title: str) -> Callable[[], RowsList]:
        columns = _REFUSED if fate == Fate.COULD_NOT else _COLUMNS
        lead = _LEADS.get(fate, "") if preview.plan.request.is_push else ""
        filters = {**_FILTERS, "why": "Why"} if fate in (Fate.COULD_NOT, Fate.STAYS) else _FILTERS
        return lambda: RowsList(
            district, preview, is_busy, preview.rows_of(fate), columns, filters, title, lead, remembered
        )

    def every() -> RowsList:
        rows, filters, lead = preview.rows, _FILTERS_OF_EVERY, _LEAD_OF_EVERY
        return RowsList(district, preview, is_busy, rows, _EVERY, filters, ALL_ROWS, lead, remembered)

    labels = fate_labels(preview.plan.request.kind)
    there = [fate for fate in Fate if preview.totals[fate] or fate == Fate.COULD_NOT]
    tabs: dict[str, tuple[int, Callable[[], Any]]] = {ALL_ROWS: (preview.rows.height, every)}
    tabs |= {labels[fate]: (preview.totals[fate], maker(fate, labels[fate])) for fate in there}
    return tabs | owner_tabs(district, preview, is_busy, remembered)


_LEADS: dict[str, str] = {
    Fate.DISAPPEARS: "No assignment and no grade uses these rows, as far as is known.",
    Fate.OTHER_VALUES: "What is there already keeps its assignments and grades and gets the values from above.",
    Fate.RENAMED: "Categories that make way for one from above. Assignments and grades stay in them.",
    Fate.LINKED_AGAIN: "Their values stay to the letter; from now on they follow the level above.",
    Fate.STAYS: "What is left alone, as it should be.",
}


class RowsList(W.VBox):
    """Rows of a preview with filters; a row that is clicked tells why."""

    def __init__(
        self,
        district: District,
        preview: Preview,
        is_busy: Callable[[], bool],
        rows: pl.DataFrame,
        columns: Mapping[str, str],
        filters: Mapping[str, str],
        title: str,
        lead: str,
        remembered: Remembered | None = None,
    ) -> None:
        self._district = district
        self._preview = preview
        self._is_busy = is_busy
        rows = rows.with_columns(COURSE)
        there = {name for name in (*columns, *filters) if rows[name].null_count() < rows.height}
        shown = {name: label for name, label in columns.items() if name in there}
        narrowed = {name: label for name, label in filters.items() if name in there}
        self.rows = RowsTable(rows, shown or columns, narrowed, title=title, remembered=remembered)
        self.rows.add_class("cpp-told")
        self.ask_why = button("Why?", icon="question", tooltip="Why this row has this outcome, step by step")
        on_click(self.ask_why, self._tell_why)
        self.why = W.HTML()
        show(self.why, False)
        self.rows.on_choose(self._chosen)
        self.rows.on_pick(lambda _: self._tell_why())
        parts: list[W.Widget] = [W.HTML(muted(lead))] if lead else []
        if rows.is_empty():
            super().__init__([*parts, W.HTML(muted("There are none."))])
        else:
            hint = W.HTML(muted("Click a row to see why. Without a click, of the first one found."))
            super().__init__([*parts, self.rows, buttons(self.ask_why, hint), self.why])

    def _chosen(self, row: Row | None) -> None:
        self.ask_why.disabled = not self.rows.count_of_matching
        if row is None:
            show(self.why, False)

    def _tell_why(self) -> None:
        row = self.rows.chosen or self.rows.matching.row(0, named=True)
        if self._is_busy():  # asking now would make the notebook wait until that is done
            self.why.value = box("note", "Something is under way. Ask again when it is done.", is_news=True)
            show(self.why, True)
            return
        try:
            self.why.value = news(why_of_row(self._district, self._preview, row))
        except CoursepushError as error:
            self.why.value = box("error", str(error))
        show(self.why, True)


def _summary(preview: Preview) -> W.HTML:
    labels = {**fate_labels(preview.plan.request.kind), **ELEMENT_LABELS}
    picture = preview.picture
    by_school = f"{heading('By data type and school')}{picture}" if picture else ""
    return W.HTML(plan_body_html(preview.plan, labels) + by_school)


def headline(preview: Preview) -> str:
    """What a preview comes to, in a sentence, and its digest."""
    rows = preview.plan.writes
    told = (
        f"{counted(rows, 'row')} would be written at {counted(preview.schools, 'school')}"
        if rows
        else "Nothing would be written"
    )
    return f"{told}. {preview.plan.told[:1].upper()}{preview.plan.told[1:]}. Digest {preview.digest[:8]}."
