"""A report that is shown: its answer, counts and picture, its rows, what a chosen row can be asked, and a file."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as W

from coursepush.errors import counted
from coursepush.html.notebook import text_table
from coursepush.reports.files import ENDINGS
from coursepush.reports.report import Report
from coursepush.widgets.look import box, button, buttons, heading, muted, on_change, on_click, show
from coursepush.widgets.reports.state import Place, ReportsState, Shown
from coursepush.widgets.tables import Row, RowsTable
from coursepush.widgets.takeaway import Item, Takeaway
from coursepush.widgets.taking import Taken

_KINDS_OF_FILE = {
    ".xlsx": "Excel (.xlsx)",
    ".csv": "Text for a spreadsheet (.csv)",
    ".html": "Page to read and print (.html)",
    ".md": "Markdown (.md)",
    ".parquet": "Parquet (.parquet)",
}
assert set(_KINDS_OF_FILE) == {*ENDINGS, ".html"}

_DETAILS = {"why": "Why", "what_to_do": "What to do"}


class ResultView(W.VBox):
    """One report. Another report is another view."""

    def __init__(self, state: ReportsState, shown: Shown) -> None:
        self._state = state
        self.shown = shown
        name = shown.kind.name
        told = shown.told
        self.head = W.HTML(_head(shown.report))
        self.rows = RowsTable(
            told.rows,
            told.columns,
            told.filters,
            noun=shown.kind.noun,
            title=shown.kind.title,
            remembered=state.remembered,
        )
        self.details = W.HTML()
        self.ask_why = button("Why?", icon="question", tooltip="Why this row is as it is, step by step")
        self.audit = button(
            "Course Audit of this course", icon="search", tooltip="Every difference on this course"
        )
        self.relink_one = button("Relink this course", icon="link", tooltip="Preview an overwrite push of it")
        self.relink_all = button(
            "Relink", icon="link", tooltip="Preview an overwrite push of the desynced courses"
        )
        self.to_courses = button(
            "Push to Courses", icon="arrow-down", tooltip="Open the push of this course master"
        )
        self.to_sections = button("Push to Sections", icon="arrow-down", tooltip="Open the push of this course")
        self._of_a_row = {
            self.ask_why: name not in ("cascade", "rehearsal"),
            self.audit: name == "course_status",
            self.relink_one: name == "course_status",
            self.to_courses: name == "master_awaiting_push",
            self.to_sections: name == "course_awaiting_push",
        }
        self._hint = W.HTML(
            muted("Click a row, or go to one with Tab and the arrow keys and press Enter, to ask more of it.")
        )
        self.message = W.HTML()
        self.why = W.HTML()
        self.export = ExportView(state, shown)
        self._wire()
        self._actions = W.VBox([self.details, buttons(*self._of_a_row, self.relink_all, self._hint)])
        notes = W.HTML("".join(f"<div>{muted(note)}</div>" for note in shown.report.all_notes))
        parts = [self.head, self.rows, self._actions, self.message, self.why, notes, self.export]
        super().__init__(parts)
        show(self.relink_all, name == "course_status")
        has_rows = not told.rows.is_empty()
        for one in (self.rows, self._actions, self.export):
            show(one, has_rows)
        self._chosen(self.rows.chosen)

    def _wire(self) -> None:
        state, rows = self._state, self.rows
        on_click(self.relink_all, lambda: state.relink(rows.matching))
        on_click(self.relink_one, lambda: state.relink(self._chosen_frame()))
        for widget, call in (
            (self.ask_why, state.ask_why),
            (self.audit, state.audit),
            (self.to_courses, state.push_to_courses),
            (self.to_sections, state.push_to_sections),
        ):
            on_click(widget, lambda call=call: call(rows.chosen) if rows.chosen is not None else None)
        rows.on_choose(self._chosen)

    def show(self) -> None:
        """Show the state as it is."""
        state = self._state
        self.message.value = said_beside(state, "rows")
        show(self.message, bool(self.message.value))
        self.why.value = state.why
        show(self.why, bool(state.why))
        self._set_buttons(self.rows.chosen)
        self.export.show()

    def _chosen(self, row: Row | None) -> None:
        self.details.value = "" if row is None else _details(row)
        show(self.details, bool(self.details.value))
        if self._state.why:
            self._state.why = ""
            show(self.why, False)
        self._set_buttons(row)

    def _set_buttons(self, row: Row | None) -> None:
        is_busy = bool(self._state.doing)
        for widget, is_there in self._of_a_row.items():
            show(widget, is_there)
            widget.disabled = is_busy or row is None
        if row is not None and row.get("status") != "desynced":
            self.relink_one.disabled = True
        if self.shown.kind.name == "course_status":
            desynced = self.rows.matching.filter(status="desynced").height
            self.relink_all.disabled = is_busy or not desynced
            listed = "listed desynced course" if desynced == 1 else "listed desynced courses"
            self.relink_all.description = f"Relink the {desynced:,} {listed}" if desynced else "Nothing to relink"
        show(self._hint, row is None and any(self._of_a_row.values()))

    def _chosen_frame(self) -> Any:
        row = self.rows.chosen
        frame = self.shown.told.rows
        return frame.clear() if row is None else frame.filter(course_id=row["course_id"])


_DOWNLOAD = Item("report", "Download", "download", "All rows of the report, as a file on your own computer")


class ExportView(W.VBox):
    """The report as a file: downloaded by the browser, or saved in the notebook's folder.

    A file that is there already is replaced only after a second click.
    """

    def __init__(self, state: ReportsState, shown: Shown) -> None:
        self._state = state
        self._report = shown.report
        self.download = Takeaway((_DOWNLOAD,), self._make, "The report as a file")
        self.kind = W.Dropdown(
            options=[(label, ending) for ending, label in _KINDS_OF_FILE.items()],
            description="Kind",
            layout=W.Layout(width="auto"),
            style={"description_width": "auto"},
            tooltip="What kind of file",
        )
        self.name = W.Text(
            value=f"{shown.report.layout.name}.xlsx",
            description="as",
            layout=W.Layout(width="20em"),
            style={"description_width": "auto"},
            tooltip="The file's name; in the notebook's folder, unless it names another",
        )
        self.save = button("Save as a file", icon="save", tooltip="Write it to the notebook's folder")
        self.replace = button("Yes, replace it", style="danger")
        self.keep = button("No, keep it")
        self._asking = buttons(self.replace, self.keep)
        self.message = W.HTML()
        on_change(self.kind, "value", self._end_with)
        on_change(self.name, "value", lambda _: self._tell_kind())
        on_click(self.save, lambda: state.save(self.name.value))
        on_click(self.replace, lambda: state.save(self.name.value, replace=True))
        on_click(self.keep, state.do_not_replace)
        row = buttons(self.save, self.name, self.kind, self.download)
        super().__init__([row, self.message, self._asking])
        self.show()

    def show(self) -> None:
        """Show the state as it is."""
        is_busy = bool(self._state.doing)
        for one in (self.download, self.save, self.replace, self.keep):
            one.disabled = is_busy
        show(self._asking, self._state.replace is not None)
        self.message.value = said_beside(self._state, "file")
        show(self.message, bool(self.message.value))

    def _make(self, _: str) -> Callable[[], Taken]:
        """The report under the name and of the kind that are chosen."""
        name = Path(self.name.value.strip()).name
        return lambda: _downloaded(self._report, name)

    def _end_with(self, ending: str) -> None:
        name, dot, last = self.name.value.rpartition(".")
        known = f"{dot}{last}".lower() in _KINDS_OF_FILE
        self.name.value = f"{name if known else self.name.value}{ending}"

    def _tell_kind(self) -> None:
        """The kind of file that the name says."""
        ending = self.name.value.strip().lower().rpartition(".")
        said = f".{ending[2]}"
        if said in _KINDS_OF_FILE and said != self.kind.value:
            self.kind.value = said


def _downloaded(report: Report, name: str) -> Taken:
    """The file that ``report.save`` writes, for the browser.

    Raises:
        RequestError: the name ends in none of a report's endings.
    """
    content = report.file_bytes(Path(name).suffix.lower())
    rows = counted(report.frame.height, "row")
    return Taken(f"Downloaded: {name}, {rows}. It names no student.", name, content)


def said_beside(state: ReportsState, place: Place) -> str:
    """What the panel last said, where it belongs there."""
    said = state.said
    return box(said.kind, said.text) if said is not None and said.beside == place else ""


def _head(report: Report) -> str:
    """What was asked, the answer, the picture, and the counts where the picture does not have them."""
    asked = " · ".join(escape(which) for _, which in report.asked) or "the whole district"
    picture = report.picture
    summary = report.summary
    table = ""
    if not summary.is_empty() and not (picture and report.layout.is_told_by_picture):
        numbers = sum(1 for dtype in summary.dtypes if dtype.is_numeric())
        rows = [
            ["" if one is None else f"{one:,}" if isinstance(one, int) else str(one) for one in row]
            for row in summary.rows()
        ]
        table = text_table(summary.columns, rows, numbers=numbers)
    return (
        f"{heading(report.title)}<div class='cpp-muted'>{asked}. {escape(report.as_of)}.</div>"
        f"<p style='margin:6px 0;max-width:70em'>{escape(report.answer)}</p>{picture}{table}"
    )


def _details(row: Row) -> str:
    """Of the chosen row: why it is so and what to do, where the report says so."""
    said = [(label, row.get(name)) for name, label in _DETAILS.items()]
    lines = "".join(f"<div><b>{label}:</b> {escape(str(text))}</div>" for label, text in said if text)
    return f"<div class='cpp-box cpp-note' role='note'>{lines}</div>" if lines else ""
