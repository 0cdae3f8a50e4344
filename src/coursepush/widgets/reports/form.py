"""Which report, and of what: the names of the reports, the question each answers, and the filters that it has."""

from __future__ import annotations

import re
from typing import Any

import ipywidgets as W

from coursepush.plan.request import as_list
from coursepush.reports.registry import IN_PANEL, Kind
from coursepush.widgets.look import muted, on_change, show
from coursepush.widgets.push.finder import Finder
from coursepush.widgets.reports.choices import TYPED, Option
from coursepush.widgets.reports.state import ReportsState

_LABELS = {
    "situation": "Situation",
    "push_id": "Push",
    "refresh": "Refresh",
    "year": "Year",
    "catalog": "Course Catalog",
    "school": "School",
    "calendar": "Calendar",
    "master": "Course masters",
    "course": "Courses",
    "section": "Sections",
    "teacher": "Teachers",
    "level": "Level",
    "element": "Data",
    "status": "Status",
    "outcome": "Outcome",
}
"""In the order of the form."""
_HINTS = {
    "master": "Numbers: 03101-1, 03102-1",
    "course": "Numbers: 03101-1, 03102-1",
    "section": "Numbers: 01, 02",
    "teacher": "Names, with ; between",
}
_ALL = ""
_BETWEEN = {"teacher": r"[;\n]"}
_LABEL = {"description_width": "8em"}


class Form(W.VBox):
    """The choices of a report; ``form.filters["status"].value = "desynced"`` is what a click does."""

    def __init__(self, state: ReportsState) -> None:
        self._state = state
        self._is_busy = False
        self.report = W.ToggleButtons(
            options=[(kind.title, name) for name, kind in IN_PANEL.items()],
            value=state.choices.report,
            tooltips=[kind.question for kind in IN_PANEL.values()],
            style={"button_width": "auto"},
        )
        self.question = W.HTML()
        self.filters: dict[str, Any] = {name: _field(name) for name in _LABELS}
        self.attributes = W.Checkbox(
            value=True, description="With Course Info", indent=False, layout=W.Layout(width="auto")
        )
        found = {
            "master": Finder(self.filters["master"], lambda: state.offer.masters, "course masters"),
            "course": Finder(self.filters["course"], lambda: state.offer.courses, "courses"),
        }
        self.finders = found
        self._parts: dict[str, W.Widget] = {**self.filters, **found}
        fields = W.HBox([*self._parts.values(), self.attributes])
        fields.add_class("coursepush-filters")
        super().__init__([self.report, self.question, fields])
        on_change(self.report, "value", self._choose)
        for name, one in (*self.filters.items(), ("attributes", self.attributes)):
            on_change(one, "value", self._taker(name))
        self.show()

    def show(self) -> None:
        """Show the choices as they are."""
        choices = self._state.choices
        kind = choices.kind
        self._is_busy = True
        try:
            self.report.value = choices.report
            self.question.value = muted(kind.question)
            for name, one in self.filters.items():
                for part in (one, self._parts[name]):
                    show(part, name in kind.filters)
                if name in kind.filters:
                    self._fill(name, one, kind)
            show(self.attributes, "attributes" in kind.filters)
            self.attributes.value = choices.filters.get("attributes") is not False
        finally:
            self._is_busy = False

    def _fill(self, name: str, one: Any, kind: Kind) -> None:
        value = self._state.choices.filters.get(name)
        if name in TYPED:
            mark = "; " if name in _BETWEEN else ", "
            one.value = "" if value is None else mark.join(str(each) for each in as_list(value))
            return
        options = self._state.offer.options(name, kind, self._state.choices.filters)
        if value not in [each for _, each in options]:
            options.append((_said(value, options), value))
        # a list whose value is None has nothing chosen and is drawn empty
        options = [(label, _ALL if each is None else each) for label, each in options]
        if list(one.options) != options:
            one.options = options
        one.value = _ALL if value is None else value

    def _choose(self, report: str) -> None:
        if not self._is_busy:
            self._state.choose(report)

    def _taker(self, name: str) -> Any:
        def take(value: Any) -> None:
            if self._is_busy:
                return
            if name in TYPED:
                value = _list(value, _BETWEEN.get(name, r"[,;\n]")) or None
            filters = self._state.choices.filters
            filters[name] = None if value == _ALL else value
            if name in ("year", "school") and filters.get("calendar") is not None:
                self._keep_calendar()
            self._state.changed()

        return take

    def _keep_calendar(self) -> None:
        """The calendar stays chosen where the year and the school have it."""
        choices = self._state.choices
        offered = self._state.offer.options("calendar", choices.kind, choices.filters)
        if choices.filters["calendar"] not in [value for _, value in offered]:
            choices.filters["calendar"] = None


def _wide() -> W.Layout:
    """Each field has its own: some are shown while others are not."""
    return W.Layout(width="24em", max_width="100%")


def _field(name: str) -> W.Widget:
    label = _LABELS[name]
    if name not in TYPED:
        return W.Dropdown(description=label, options=[("", _ALL)], layout=_wide(), style=_LABEL)
    hint = _HINTS[name]
    return W.Text(
        description=label,
        placeholder=hint,
        tooltip=hint,
        continuous_update=False,
        layout=_wide(),
        style=_LABEL,
    )


def _said(value: Any, options: list[Option]) -> str:
    """What is chosen and not on the list: several, or something that the report does not have."""
    labels = {each: label for label, each in options}
    return ", ".join(str(labels.get(one, one)) for one in as_list(value))


def _list(text: str, between: str) -> tuple[str, ...]:
    """Numbers or names as people list them."""
    return tuple(one.strip() for one in re.split(between, text) if one.strip())
