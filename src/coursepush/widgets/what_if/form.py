"""Whom edits are about, and the push that is tried, as fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as W

from coursepush.plan.request import school_year
from coursepush.widgets.look import heading, muted, on_change, show
from coursepush.widgets.push.choices import Offer
from coursepush.widgets.what_if.state import WhatIfState
from coursepush.widgets.what_if.whom import (
    LEVELS,
    MOST_LISTED,
    OF_MASTERS,
    take_course,
)

_NONE = ""
_LABEL = {"description_width": "8em"}
_MODES = [("Push locked data", "locked"), ("Overwrite existing course and section level data", "overwrite")]


def _list(label: str, width: str = "30em") -> Any:
    """A list to choose from; each has a layout of its own, since some are shown while others are not."""
    return W.Dropdown(
        description=label,
        options=[("Choose …", _NONE)],
        layout=W.Layout(width=width, max_width="100%"),
        style=_LABEL,
    )


class Form(W.VBox):
    """The choices; ``form.owner.value = "03101-1"`` is what a click does."""

    def __init__(self, offer: Offer, state: WhatIfState) -> None:
        self._offer = offer
        self._state = state
        self._is_busy = False
        self.level = W.ToggleButtons(
            options=[(label, level) for level, label in LEVELS.items()],
            value=state.whom.level,
            style={"button_width": "auto"},
            tooltips=["Edits of a course master", "Edits of one course", "Edits of one section"],
        )
        self.year, self.catalog, self.calendar = _list("Year"), _list("Course Catalog"), _list("Calendar")
        self.search = W.Text(
            description="Search",
            placeholder="Number or name, then Enter",
            continuous_update=False,
            layout=W.Layout(width="30em", max_width="100%"),
            style=_LABEL,
        )
        self.owner, self.section = _list("Course master", "42em"), _list("Section")
        self.listed = W.HTML()
        self.push, self.mode = _list("Push"), _list("Push Mode")
        self.mode.options = _MODES
        self.to_sections = _tick("Push locked data to sections")
        self.overwrite_categories = _tick("Overwrite Categories")
        whom = W.HBox([self.year, self.catalog, self.calendar, self.search, self.owner, self.section, self.listed])
        push = W.HBox([self.push, self.mode, self.to_sections, self.overwrite_categories])
        for row in (whom, push):
            row.add_class("coursepush-filters")
        head = W.HTML(heading("What is edited"))
        super().__init__([head, self.level, whom, W.HTML(heading("The push that is tried")), push])
        takers: tuple[tuple[Any, Callable[[Any], object]], ...] = (
            (self.level, self._take_level),
            (self.year, lambda value: self._take_place(year=value)),
            (self.catalog, lambda value: self._take_place(catalog=value)),
            (self.calendar, lambda value: self._take_place(calendar=value)),
            (self.search, lambda words: state.search(words or "")),
            (self.owner, self._take_owner),
            (self.section, lambda value: state.ask(section=value)),
            (self.push, lambda value: state.ask(push=value)),
            (self.mode, lambda value: state.ask(mode=value)),
            (self.to_sections, lambda value: state.ask(to_sections=value)),
            (self.overwrite_categories, lambda value: state.ask(overwrite_categories=value)),
        )
        for one, take in takers:
            on_change(one, "value", self._taker(take))
        self.show()

    def show(self) -> None:
        """Show the choices as they are."""
        whom = self._state.whom
        self._is_busy = True
        try:
            self.level.value = whom.level
            is_master = whom.level == "master"
            _fill(self.year, [(school_year(one), one) for one in self._offer.years()], whom.year)
            _fill(self.catalog, self._offer.catalogs_of(whom.year) if is_master else [], whom.catalog)
            show(self.catalog, is_master)
            calendars = [] if is_master else self._calendars()
            _fill(self.calendar, calendars, whom.calendar)
            show(self.calendar, not is_master)
            self._show_owners()
            _fill(self.section, list(self._state.lists.sections), whom.section)
            show(self.section, whom.level == "section")
            _fill(self.push, [(words, name) for name, words in whom.pushes().items()], whom.push)
            of_masters = whom.push in OF_MASTERS
            self.mode.value, self.to_sections.value = whom.mode, whom.to_sections
            self.overwrite_categories.value = whom.overwrite_categories
            for one, is_shown in (
                (self.mode, of_masters), (self.to_sections, of_masters),
                (self.overwrite_categories, not of_masters),
            ):  # fmt: skip
                show(one, is_shown)
        finally:
            self._is_busy = False

    def _calendars(self) -> list[tuple[str, Any]]:
        """Those of the year."""
        year = self._state.whom.year
        return [(label, name) for label, name in self._offer.every_calendar() if self._offer.year_of(name) == year]

    def _show_owners(self) -> None:
        """Course masters or courses that have the words looked for, and the one that is chosen."""
        whom, found = self._state.whom, self._state.lists.owners
        is_master = whom.level == "master"
        key = "master_id" if is_master else "course_id"
        self.owner.description = "Course master" if is_master else "Course"
        chosen = whom.master if is_master else whom.course
        if found is None or key not in found.columns:
            found = None
        rows = [] if found is None else list(found.head(MOST_LISTED).iter_rows(named=True))
        options = [
            (" ".join(filter(None, [row["number"], row["name"]])), row["number"] or row[key]) for row in rows
        ]
        if chosen is not None and chosen not in [value for _, value in options]:
            options.insert(0, (str(chosen), chosen))
        _fill(self.owner, options, chosen)
        left = 0 if found is None else found.height - len(rows)
        noun = "course masters" if is_master else "courses"
        self.listed.value = muted(f"{left:,} more {noun}: search for a number or a name.") if left else ""
        show(self.listed, bool(left))

    # -- what was chosen -----------------------------------------------------------------------------

    def _taker(self, take: Callable[[Any], object]) -> Callable[[Any], None]:
        def taken(value: Any) -> None:
            if not self._is_busy:
                take(None if value == _NONE else value)

        return taken

    def _take_level(self, level: str) -> None:
        whom = self._state.whom
        if level == "master":
            self._state.ask(level=level, section=None)
        elif level == "course" or whom.level == "master":
            self._state.ask(level=level, section=None, **({} if whom.level != "master" else {"course": None}))
        else:
            self._state.ask(level=level)

    def _take_place(self, **place: Any) -> None:
        """Another year, catalog or calendar: what hung on the former one is to be chosen anew."""
        if "year" in place:
            place |= {"catalog": None, "calendar": None}
        self._state.ask(**place, master=None, course=None, section=None)

    def _take_owner(self, value: Any) -> None:
        whom = self._state.whom
        if whom.level == "master" or value is None:
            self._state.ask(**{"master" if whom.level == "master" else "course": value, "section": None})
            return
        row = self._state.lists.course(value)
        if row is not None:
            take_course(self._offer, whom, row)
            self._state.ask(section=None)


def _fill(one: Any, options: list[tuple[str, Any]], value: Any) -> None:
    """A list whose value is None has nothing chosen and is drawn empty."""
    there = [("Choose …", _NONE), *options] if value not in [each for _, each in options] else options
    if list(one.options) != there:
        one.options = there
    one.value = value if value in [each for _, each in options] else _NONE


def _tick(label: str) -> Any:
    return W.Checkbox(value=False, description=label, indent=False, layout=W.Layout(width="auto"))
