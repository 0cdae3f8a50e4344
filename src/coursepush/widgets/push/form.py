"""The form of the push panel: the information system's own two screens, in their order and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W
import polars as pl

from coursepush.model.elements import COURSE_PUSH_DATA, ELEMENT_LABELS, MASTER_PUSH_DATA
from coursepush.plan.request import Name, school_year
from coursepush.widgets.look import box, heading, muted, on_change, show
from coursepush.widgets.push.choices import TOOLS, Choices, Offer, Tool
from coursepush.widgets.push.finder import Finder

_WIDE = W.Layout(width="48em", max_width="100%")
_LABEL = {"description_width": "12em"}

_ABOUT: dict[Tool, str] = {
    "masters": "Pushes what the course catalog locks, grading setup and course info, from its course masters to "
    "the courses that are linked to them. Use caution once classes are in session: a push may change how "
    "students' grades are calculated.",
    "courses": "Pushes the grading setup of a calendar's courses to all of their sections. Use caution once "
    "classes are in session: a push may change how students' grades are calculated.",
}
_MODES = {
    "Push locked data": "locked",
    "Overwrite existing course and section level data": "overwrite",
}
_MODE_NOTES = {
    "locked": "Setup that schools and teachers made themselves is retained.",
    "overwrite": "A clean slate: what schools and teachers made is replaced, unless assignments, scores or posted "
    "grades use it; that stays as residual data. Meant for future years. In the current year, scores and grades "
    "may have to be moved by hand. Do not use it where schools keep their setup on the courses.",
}
_BLANKS = {"Empty it on the courses too": "push", "Leave what the courses have": "keep"}
_COURSE_LABELS = {**ELEMENT_LABELS, "composite_grades": "Composite Grades and Weights"}


class Form(W.VBox):
    """The choices of a push. `changed` is called when one of them is another."""

    def __init__(self, offer: Offer, choices: Choices, changed: Callable[[], None]) -> None:
        self._offer = offer
        self._choices = choices
        self._changed = changed
        self._is_busy = True
        self.tool = W.ToggleButtons(
            options=[(label, tool) for tool, label in TOOLS.items()],
            value=choices.tool,
            tooltips=["From course masters to courses", "From courses to sections"],
            style={"button_width": "auto"},
        )
        self.about = W.HTML()
        self._make_master_fields(choices)
        self._make_course_fields(choices)
        self.unknown_use = W.Checkbox(
            value=choices.assume_unused,
            description="Students' work was not loaded: go ahead as if nothing were in use",
            indent=False,
            layout=W.Layout(width="auto"),
        )
        show(self.unknown_use, choices.assume_unused)
        self._masters = W.VBox(
            [
                self.year,
                self.catalog,
                self.calendars,
                _hint("Choose several with Ctrl or Shift; none chosen: all of the year's but summer calendars."),
                self.mode,
                self.mode_note,
                self.to_sections,
                *_data_to_be_pushed(self.data),
                self.more,
            ]
        )
        self._courses = W.VBox(
            [self.calendar, *_data_to_be_pushed(self.course_data), self.overwrite_categories, self.more_courses]
        )
        super().__init__([self.tool, self.about, self._masters, self._courses, self.unknown_use])
        self._given = {
            self.masters: (self.masters.value, choices.masters),
            self.courses: (self.courses.value, choices.courses),
            self.only_courses: (self.only_courses.value, choices.courses),
            self.sections: (self.sections.value, choices.sections),
        }
        for one in self._fields():
            one.observe(self._take, "value")
        self._is_busy = False
        self._show()

    def _make_master_fields(self, choices: Choices) -> None:
        offer = self._offer
        years = [(school_year(year), year) for year in self._offer.years()]
        self.year = _dropdown("Year", years, choices.year)
        self.catalog = _dropdown("Course Catalog", [], None)
        self.calendars = W.SelectMultiple(description="Calendars", rows=5, layout=_WIDE, style=_LABEL)
        self._offer_catalogs()
        self.mode = W.RadioButtons(
            description="Push Mode",
            options=list(_MODES.items()),
            value=choices.mode,
            layout=_WIDE,
            style=_LABEL,
        )
        self.mode_note = W.HTML()
        self.to_sections = W.Checkbox(
            value=choices.to_sections,
            description="Push locked data to sections",
            indent=False,
            layout=W.Layout(width="auto"),
        )
        self.data = _checkboxes(MASTER_PUSH_DATA, choices.data, ELEMENT_LABELS)
        self.masters = _numbers("Only course masters", choices.masters, "Numbers, with commas: 03101-1, 03102-1")
        self.courses = _numbers("Only courses", choices.courses, "Numbers, with commas")
        self.blanks = _dropdown("Where a course master is blank", list(_BLANKS.items()), choices.blanks)
        self.more = MoreChoices(
            "single course masters and courses, blanks",
            [
                Finder(self.masters, lambda: offer.masters_of(choices.catalog), "course masters"),
                Finder(self.courses, self._courses_reached, "courses"),
                self.blanks,
            ],
            is_open=bool(choices.masters or choices.courses) or choices.blanks != "push",
        )

    def _make_course_fields(self, choices: Choices) -> None:
        self.calendar = _dropdown("Calendar", self._offer.every_calendar(), choices.calendar)
        choices.calendar = self.calendar.value
        self.course_data = _checkboxes(COURSE_PUSH_DATA, choices.course_data, _COURSE_LABELS)
        self.overwrite_categories = W.Checkbox(
            value=choices.overwrite_categories,
            description="Overwrite Categories (replace teachers' own where no assignment uses them)",
            indent=False,
            layout=W.Layout(width="auto"),
        )
        self.only_courses = _numbers("Only courses", choices.courses, "Numbers, with commas: 03101-1, 03102-1")
        self.sections = _numbers("Only sections", choices.sections, "Numbers, with commas: 01, 02")
        self.more_courses = MoreChoices(
            "single courses and sections",
            [
                Finder(self.only_courses, lambda: self._offer.courses_of([choices.calendar]), "courses"),
                self.sections,
            ],
            is_open=bool(choices.courses or choices.sections),
        )

    # -- from the widgets to the choices -------------------------------------------------------------

    def _fields(self) -> list[W.Widget]:
        return [
            self.tool, self.year, self.catalog, self.calendars, self.mode, self.to_sections, *self.data.values(),
            self.masters, self.courses, self.blanks, self.calendar, *self.course_data.values(),
            self.overwrite_categories, self.only_courses, self.sections, self.unknown_use,
        ]  # fmt: skip

    def _take(self, change: Any) -> None:
        """Something was chosen: the choices are what the widgets now say."""
        if self._is_busy:
            return
        if change["owner"] in (self.year, self.catalog):
            self._is_busy = True
            self._choices.year, self._choices.catalog = self.year.value, self.catalog.value
            self._offer_catalogs() if change["owner"] is self.year else self._offer_calendars()
            self._is_busy = False
        if change["owner"] is self.tool:
            self._is_busy = True
            self._follow()
            self._is_busy = False
        self._take_master_fields()
        choices = self._choices
        choices.tool = _value(self.tool)
        choices.courses = self._names(self.courses if choices.tool == "masters" else self.only_courses)
        choices.calendar = _value(self.calendar)
        choices.course_data = _ticked(self.course_data)
        choices.overwrite_categories = _value(self.overwrite_categories)
        choices.sections = self._names(self.sections)
        choices.assume_unused = _value(self.unknown_use)
        self._show()
        self._changed()

    def _follow(self) -> None:
        """The other tool begins where this one was: a calendar of the catalog, or the catalog of the calendar."""
        offer = self._offer
        if self.tool.value == "courses":
            reached = offer.calendars_of(self.year.value, self.catalog.value)
            names = [name for _, name in reached]
            if names and self.calendar.value not in names:
                usual = [name for text, name in reached if "(summer)" not in text]
                self.calendar.value = (*self.calendars.value, *usual, *names)[0]
            return
        reaching = offer.catalogs_reaching(self.calendar.value)
        if reaching and (self.year.value, self.catalog.value) not in reaching:
            self.year.value, self._choices.catalog = reaching[0]
            self._choices.year = self.year.value
            self._offer_catalogs()

    def _courses_reached(self) -> pl.DataFrame:
        chosen = self._choices
        reached = self._offer.calendars_of(chosen.year, chosen.catalog)
        return self._offer.courses_of(chosen.calendars or [name for _, name in reached])

    def _take_master_fields(self) -> None:
        """As they stand."""
        choices = self._choices
        choices.year, choices.catalog = _value(self.year), _value(self.catalog)
        choices.calendars = tuple(_value(self.calendars))
        choices.mode, choices.data = _value(self.mode), _ticked(self.data)
        choices.to_sections = _value(self.to_sections)
        choices.blanks = _value(self.blanks)
        choices.masters = self._names(self.masters)

    def _names(self, field: W.Text) -> tuple[Name, ...]:
        """What is listed in a field: as the panel was opened with it, ids too, until it is typed over."""
        text, given = self._given[field]
        return given if _value(field) == text else _list(_value(field))

    def offer_unknown_use(self) -> None:
        """A preview rests on use that is not known: let the reader say that it goes ahead all the same."""
        show(self.unknown_use, True)

    def _offer_catalogs(self) -> None:
        """The catalogs of the year; the one chosen stays, where that year has it."""
        chosen, offered = self._choices.catalog, self._offer.catalogs_of(self.year.value)
        self.catalog.options = offered
        names = [name for _, name in offered]
        self.catalog.value = chosen if chosen in names else (names[0] if names else None)
        self._choices.catalog = self.catalog.value
        self._offer_calendars()

    def _offer_calendars(self) -> None:
        chosen = self._choices.calendars
        offered = self._offer.calendars_of(self.year.value, self.catalog.value)
        self.calendars.options = offered
        self.calendars.value = tuple(name for _, name in offered if name in chosen)
        self._choices.calendars = tuple(self.calendars.value)

    def _show(self) -> None:
        """Show what belongs to the tool."""
        choices = self._choices
        show(self._masters, choices.tool == "masters")
        show(self._courses, choices.tool == "courses")
        self.about.value = box("caution", _ABOUT[choices.tool])
        kind = "caution" if choices.mode == "overwrite" else "note"
        self.mode_note.value = box(kind, _MODE_NOTES[choices.mode])


def _value(widget: Any) -> Any:
    return widget.value


def _dropdown(label: str, options: Sequence[tuple[str, Any]], value: Any) -> W.Dropdown:
    made = W.Dropdown(description=label, options=list(options), layout=_WIDE, style=_LABEL)
    if value is not None and value in [one for _, one in options]:
        made.value = value
    return made


def _checkboxes(names: Sequence[str], ticked: Sequence[str], labels: dict[str, str]) -> dict[str, W.Checkbox]:
    return {
        name: W.Checkbox(
            value=name in ticked, description=labels[name], indent=False, layout=W.Layout(width="auto")
        )
        for name in names
    }


def _data_to_be_pushed(boxes: dict[str, W.Checkbox]) -> list[W.Widget]:
    row = W.HBox(list(boxes.values()))
    row.add_class("coursepush-data")
    return [W.HTML(heading("Data to be pushed")), row]


def _numbers(label: str, given: Sequence[Name], hint: str) -> W.Text:
    return W.Text(
        value=", ".join(str(one) for one in given),
        description=label,
        placeholder=hint,
        continuous_update=False,
        layout=_WIDE,
        style=_LABEL,
    )


class MoreChoices(W.VBox):
    """What is seldom chosen, behind a button: an accordion's headings cannot be reached with the keyboard."""

    def __init__(self, what: str, children: list[W.Widget], *, is_open: bool) -> None:
        self.button = W.ToggleButton(
            value=is_open, description=f"More choices: {what}", icon="ellipsis-h", layout=W.Layout(width="auto")
        )
        self.choices = W.VBox(children, layout=W.Layout(width="100%"))
        show(self.choices, is_open)
        on_change(self.button, "value", lambda is_open: show(self.choices, is_open))
        super().__init__([self.button, self.choices], layout=W.Layout(align_items="flex-start"))


def _hint(text: str) -> W.HTML:
    return W.HTML(f"<div class='cpp-under'>{muted(text)}</div>")


def _ticked(boxes: dict[str, W.Checkbox]) -> tuple[str, ...]:
    return tuple(name for name, one in boxes.items() if one.value)


def _list(text: str) -> tuple[str, ...]:
    """Numbers as people list them: with commas, semicolons or on lines of their own."""
    return tuple(one.strip() for one in re.split(r"[,;\n]", text) if one.strip())
