"""The load panel: drop or choose an extract, see what is found, mend or draft, load and refresh, by clicks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as W
import polars as pl

from coursepush.html.notebook import text_table
from coursepush.load.mapping.shipped import SHIPPED
from coursepush.widgets.load.drop import Drop
from coursepush.widgets.load.places import Places
from coursepush.widgets.load.state import Calls, Dropped, LoadState
from coursepush.widgets.look import (
    box,
    button,
    buttons,
    code,
    drawn,
    heading,
    muted,
    on_change,
    on_click,
    show,
)
from coursepush.widgets.panel import Panel
from coursepush.widgets.tables import RowsTable

if TYPE_CHECKING:
    from coursepush.district import District

_COLUMNS = {
    "severity": "What",
    "message": "What is wrong and what to do",
    "file": "File",
    "line": "Line",
    "column": "Column",
    "value": "Value",
}
_FILTERS = {"severity": "What", "file": "File"}
_SEVERITIES = {"refusal": "Must be put right", "repair": "Mended", "warning": "To look at"}
_DOING = {
    "check": "Looking it through",
    "load": "Loading it",
    "refresh": "Refreshing the district",
    "draft": "Drafting a mapping",
}
_LEVELS = {
    "course": "Courses",
    "section": "Sections",
    "master_setup": "Setup of course masters",
    "course_setup": "Setup of courses",
    "section_setup": "Setup of sections",
}


class LoadPanel(Panel):
    """An extract's way into a district file. In a script, :meth:`wait` waits for what a click began.

    Attributes:
        state: what the panel is at, in plain Python; ``state.district`` is the district that was loaded.
    """

    _is_made = False

    def __init__(self, calls: Calls, *, source: str, into: str) -> None:
        self.state = LoadState(calls, into=into, path=source, changed=self._show)
        self.title = W.HTML()
        self.drop = Drop(self._dropped)
        self.dropped = W.HTML()
        self.places = Places(source)
        self.into = _field("District file", into, "The file that is made of the extract")
        self.repair = _tick("Mend what can be mended: names of categories, leading zeros, doubtful text")
        self.scaffold = _tick("Give course masters that have no grading setup a starting setup")
        self.mapping = W.Dropdown(
            description="Files of",
            options=[("Found out from the files", ""), *((words, name) for name, words in SHIPPED.items())],
            layout=W.Layout(width="48em", max_width="100%"),
            style=_LABEL,
        )
        self.check = button("Look it through", icon="search", tooltip="Shows what is found; writes nothing")
        self.load = button("Load", icon="database", style="primary", tooltip="All of it goes in, or nothing")
        self.open_file = button("Open it to refresh it", icon="folder-open-o", tooltip="Refresh a district file")
        self.refresh = button("Refresh", icon="refresh", style="primary", tooltip="Replace by this extract")
        self.anyway = button("Refresh all the same", style="danger", tooltip="What is listed is taken away")
        self.draft = button("Draft a mapping", icon="pencil", tooltip="For files that are not recognised")
        self.code_button = W.ToggleButton(description="Show as code", icon="code", layout={"width": "auto"})
        self.code = W.HTML()
        self.stop = button("Stop", icon="stop", tooltip="Stop what is under way; nothing is written")
        self.progress = W.HTML()
        self._under_way = buttons(self.stop, self.progress)
        self.message = W.HTML()
        self.removals = W.HTML()
        self.text = W.Textarea(
            description="Mapping", layout={"width": "60em", "max_width": "100%", "height": "22em"}
        )
        self.name = _field("Save as", "mapping.toml", "The file of the mapping")
        self.use = button("Use it", icon="check", tooltip="Save the mapping, and read the extract by it")
        self._drafted = W.VBox([self.text, self.name, buttons(self.use)])
        self._found = W.VBox()
        self.there = W.HTML()
        self.push = button("Open the push panel", icon="arrow-down", tooltip="Preview pushes of this district")
        self._push = W.VBox()
        self._shown: object = None
        self._counted: object = None
        self._connect()
        super().__init__(self._parts())
        self._is_made = True
        self._show()

    def _connect(self) -> None:
        state = self.state
        for name, widget in {"into": self.into, "repair": self.repair, "scaffold": self.scaffold}.items():
            on_change(widget, "value", lambda value, name=name: self._choose(name, value))
        on_change(self.mapping, "value", lambda value: self._choose("mapping", value))
        on_change(self.places.path, "value", lambda value: self._choose("path", value))
        on_change(self.code_button, "value", lambda _: self._show())
        on_click(self.check, state.check)
        on_click(self.load, state.load)
        on_click(self.open_file, state.open)
        on_click(self.refresh, state.refresh)
        on_click(self.anyway, lambda: state.refresh(allow_removals=True))
        on_click(self.draft, state.make_draft)
        on_click(self.use, lambda: state.use_draft(self.text.value, self.name.value))
        on_click(self.stop, state.stop)
        on_click(self.push, self._open_push)

    def _parts(self) -> Sequence[W.Widget]:
        return [
            self.title,
            self.drop,
            self.dropped,
            self.places,
            self.into,
            self.mapping,
            self.repair,
            self.scaffold,
            buttons(self.check, self.load, self.open_file, self.refresh, self.draft, self.code_button),
            self.code,
            self._under_way,
            self.message,
            self.removals,
            buttons(self.anyway),
            self._drafted,
            self._found,
            self.there,
            buttons(self.push),
            self._push,
        ]

    @property
    def district(self) -> District | None:
        """What was loaded or opened."""
        return self.state.district

    def wait(self, timeout: float = 600) -> None:
        """Wait until what is under way is done and shown.

        Raises:
            TimeoutError: it takes longer than `timeout` seconds.
        """
        self.state.work.wait(timeout)

    def close(self) -> None:
        """Take it off the page, and the files that were dropped with it."""
        if self._is_made:
            self.drop.close()
        super().close()

    @property
    def is_busy(self) -> bool:
        return bool(self.state.doing)

    def twin(self) -> str:
        """What is in the district, and how much was found; no value of the extract, for it may be a student's."""
        state = self.state
        parts = [self.title.value]
        if state.said is not None and state.findings is not None:
            rows = state.findings.group_by("severity", "table").len().sort("severity", "table", nulls_last=True)
            table = [(_SEVERITIES[kind], name or "", f"{number:,}") for kind, name, number in rows.rows()]
            parts += [text_table(("Found", "Table", "Findings"), table, numbers=1)] if table else []
        if state.removals is not None:
            parts.append(self.removals.value)
        if state.refreshed is not None:
            parts.append(drawn(state.refreshed))
        return "".join([*parts, self.there.value or muted("Nothing is loaded.")])

    # -- showing the state ---------------------------------------------------------------------------

    def _choose(self, name: str, value: object) -> None:
        setattr(self.state, name, value)
        if name == "path" and value:
            self.state.dropped = None
            self.drop.forget()
        self.state.removals = None
        self._show()

    def _dropped(self, fault: str) -> None:
        place, folder = self.drop.place, self.drop.folder
        self.state.dropped = None
        if not fault and place is not None and folder is not None:
            self.state.dropped = Dropped(place, folder, self.drop.told)
            self.places.path.value = ""
        self.state.removals = None
        self.dropped.value = box("error", fault) if fault else ""
        self._show()

    def _show(self) -> None:
        if not self._is_made:
            return
        state = self.state
        is_busy, is_there = bool(state.doing), state.is_refresh
        self.title.value = heading("Refresh a district" if is_there else "Load a district", 2)
        if state.dropped is not None:
            self.dropped.value = box("note", f"Dropped: {state.dropped.told}.")
        is_file = not is_there and bool(state.into) and Path(state.into).expanduser().is_file()
        for one, is_shown in (
            (self.into, not is_there),
            (self.scaffold, not is_there),
            (self.check, not is_there),
            (self.load, not is_there and not is_file),
            (self.open_file, is_file),
            (self.refresh, is_there),
            (self.anyway, state.removals is not None),
            (self.removals, state.removals is not None),
            (self.code, self.code_button.value),
            (self._under_way, is_busy),
            (self._drafted, bool(state.draft)),
            (self.push, is_there),
        ):
            show(one, is_shown)
        for one in (self.check, self.load, self.open_file, self.refresh, self.anyway, self.draft, self.push):
            one.disabled = is_busy
        self.code.value = code(state.code())
        told = f" {state.progress.words_of(state.doing)}" if state.progress is not None else ""
        self.progress.value = (
            f"<span role='status'>{muted(f'{_DOING[state.doing]} …{told}')}</span>" if state.doing else ""
        )
        self.message.value = "" if state.said is None else box(state.said.kind, state.said.text, is_news=True)
        if state.removals is not None:
            self.removals.value = _removed(state.removals)
        if state.draft and not self.text.value:
            self.text.value = state.draft
        self._show_mapping()
        self._show_findings()
        self._show_district()

    def _show_mapping(self) -> None:
        """A mapping of one's own is one of the choices."""
        mine = self.state.mapping
        if mine and mine not in [value for _, value in self.mapping.options]:
            self.mapping.options = [*self.mapping.options, (f"My mapping, {mine}", mine)]
            self.mapping.value = mine

    def _show_findings(self) -> None:
        findings = self.state.findings
        if findings is self._shown:
            return
        self._shown = findings
        if findings is None or findings.is_empty():
            self._found.children = ()
            return
        rows = findings.with_columns(pl.col("severity").replace(_SEVERITIES))
        there = {name: label for name, label in _COLUMNS.items() if rows[name].null_count() < rows.height}
        filters = {name: label for name, label in _FILTERS.items() if name in there}
        table = RowsTable(rows, there, filters, noun="finding")
        table.add_class("cpp-told")
        self._found.children = (W.HTML(heading("What was found")), table)

    def _show_district(self) -> None:
        """What is in the district: counted when it was loaded or refreshed."""
        state = self.state
        stands = (state.district, state.refreshed)
        if state.district is None or state.doing or stands == self._counted:
            return
        self._counted = stands
        read = " union all ".join(
            f"select {place} as place, '{label}' as what, count(*) as rows from {table}"
            for place, (table, label) in enumerate(_COUNTED.items())
        )
        counts = state.district.sql(f"select what, rows from ({read}) order by place").rows()
        table = text_table(("In the district", "Rows"), [(what, f"{rows:,}") for what, rows in counts], numbers=1)
        made = drawn(state.refreshed) if state.refreshed is not None else ""
        self.there.value = made + table

    def _open_push(self) -> None:
        if self.state.district is not None:
            self._push.children = (self.state.district.panel(),)


_LABEL = {"description_width": "12em"}
_COUNTED = {
    "school": "Schools",
    "calendar": "Calendars",
    "course_master": "Course masters",
    "course": "Courses",
    "section": "Sections",
}


def _field(label: str, value: str, tooltip: str) -> W.Text:
    layout = W.Layout(width="48em", max_width="100%")
    return W.Text(value=value, description=label, layout=layout, style=_LABEL, tooltip=tooltip)


def _tick(label: str) -> W.Checkbox:
    return W.Checkbox(description=label, indent=False, layout=W.Layout(width="auto"))


def _removed(removals: pl.DataFrame) -> str:
    """What a refresh would take away, school by school."""
    rows = [
        (school or "The district", _LEVELS[level], f"{gone:,}", f"{held:,}")
        for level, school, held, gone in removals.select("level", "school", "held", "gone").rows()
    ]
    return text_table(("School", "What", "Would go", "Of"), rows, numbers=2)
