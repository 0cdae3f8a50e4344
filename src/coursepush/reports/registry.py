"""Which reports there are: what each answers, and what it can be narrowed by.

The methods of ``district.reports``, its list, the panel and the command line read it. It loads nothing heavy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from coursepush.model.elements import (
    COURSE_PUSH_DATA,
    ELEMENT_ORDER,
    MASTER_PUSH_DATA,
    SETUP_ELEMENTS,
    WHOLE_COURSE,
    Use,
)

Names = int | str | Sequence[int | str]
"""Names or ids, one or several."""

Years = Names
"""School years by the year in which they end, or as people write them: 2027, "2026-27"."""


class CourseFilters(TypedDict, total=False):
    """Which courses; what is not named, or None, is everything."""

    catalog: Names | None
    year: Years | None
    calendar: Names | None
    school: Names | None
    master: Names | None
    course: Names | None


class ElementFilters(CourseFilters, total=False):
    """And which data types of them."""

    element: str | Sequence[str] | None


class SectionFilters(CourseFilters, total=False):
    """Which courses, and which of their sections."""

    section: Names | None
    teacher: Names | None


class SetupFilters(SectionFilters, total=False):
    """And which data types there."""

    element: str | Sequence[str] | None


class RowFilters(SetupFilters, total=False):
    """And on which level: ``course`` or ``section``."""

    level: str | None


class YearFilters(TypedDict, total=False):
    """Which catalogs and years."""

    catalog: Names | None
    year: Years | None


FILTERS = ("catalog", "year", "calendar", "school", "master", "course", "section", "level", "element", "teacher")
"""All of them, in the order in which they are named."""

_SETUP = tuple(one.name for one in SETUP_ELEMENTS)
_EVERY = tuple(name for name in ELEMENT_ORDER if name != WHOLE_COURSE)
_PLACE = ("catalog", "year")


@dataclass(frozen=True, slots=True)
class Kind:
    """One report.

    Attributes:
        name: of the method of ``district.reports``.
        title: what the information system calls it.
        question: the one question that it answers.
        narrowed: what it can be narrowed by.
        of: arguments that say what it is of, before those filters; and `more`, further choices after them.
        elements: the data types that it can be narrowed to.
        noun: what one of its rows is.
        file: what its files are called, where not by its name.
        is_of_now: it tells how things stand, rather than what a push or others did.
        in_panel: whether the reports panel has it.
        command: of ``coursepush report``; empty where it has none.
        summary: what the command says of itself.
        aside: columns for which a terminal has no room.
    """

    name: str
    title: str
    question: str
    narrowed: type[CourseFilters] | type[YearFilters]
    of: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    elements: tuple[str, ...] = _EVERY
    noun: str = "row"
    file: str = ""
    is_of_now: bool = True
    in_panel: bool = True
    command: str = ""
    summary: str = ""
    aside: tuple[str, ...] = ()

    @property
    def own_filters(self) -> tuple[str, ...]:
        return tuple(name for name in FILTERS if name in self.narrowed.__annotations__)

    @property
    def filters(self) -> tuple[str, ...]:
        """All that its method can be asked with."""
        return (*self.of, *self.own_filters, *self.more)


KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind(
            "course_status",
            "Course Status",
            "Which courses follow their course master?",
            ElementFilters,
            more=("status",),
            elements=_SETUP,
            noun="course",
            command="status",
            summary="Course Status: which courses follow their course master, which do not, and why.",
            aside=(*_PLACE, "ignore_master_push", "master_is_active", "what_to_do", "master_id"),
        ),
        Kind(
            "course_audit",
            "Course Audit",
            "Where do courses differ from their course master, and why?",
            ElementFilters,
            more=("status",),
            elements=MASTER_PUSH_DATA,
            noun="difference",
            command="audit",
            summary="Course Audit: each course's state, and every difference from its course master.",
            aside=(
                *_PLACE, "last_pushed", "push_id", "drifted_since", "key", "ignore_master_push", "master_id",
                "master_value", "course_value", "what_to_do",
            ),
        ),
        Kind(
            "master_awaiting_push",
            "Course Master Awaiting Push",
            "What would a push change on courses that has not been pushed yet?",
            ElementFilters,
            more=("attributes",),
            elements=MASTER_PUSH_DATA,
            noun="change",
            command="awaiting-masters",
            summary="Course Master Awaiting Push: what a locked push would change on courses.",
            aside=("catalog", "key", "field", "master_value", "course_value", "course_values", "master_id"),
        ),
        Kind(
            "course_awaiting_push",
            "Course Awaiting Push",
            "What is on courses that sections do not have yet?",
            SetupFilters,
            elements=COURSE_PUSH_DATA,
            noun="change",
            command="awaiting-courses",
            summary="Course Awaiting Push: what a push of the courses would change in their sections.",
            aside=(*_PLACE, "key", "field", "course_value", "section_value"),
        ),
        Kind(
            "residual",
            "Residual Data",
            "What setup stays only because students' work uses it?",
            RowFilters,
            elements=tuple(one.name for one in SETUP_ELEMENTS if one.use is not Use.NEVER),
            file="residual_data",
            command="residual",
            summary="Residual Data: setup that stays only because assignments or grades use it.",
            aside=("catalog", "why", "what_to_do"),
        ),
        Kind(
            "push_result",
            "Push result",
            "What did the push write, and what could not be pushed?",
            RowFilters,
            of=("push_id",),
            more=("outcome",),
            elements=ELEMENT_ORDER,
            is_of_now=False,
            command="result",
            summary="Push result: what a push (by default the last) wrote, what could not be pushed, and why.",
            aside=(*_PLACE, "field", "before", "after", "reason", "what_to_do"),
        ),
        Kind(
            "compare",
            "Two plans compared",
            "What would one plan do that the other would not?",
            RowFilters,
            of=("first", "second"),
            in_panel=False,
        ),
        Kind(
            "by_school",
            "By school",
            "What does the push change at each school?",
            RowFilters,
            of=("plan",),
            in_panel=False,
            command="by-school",
            summary='By school: what a plan, saved by "plan ... --save PLANFILE", does at each school.',
            aside=("school_id", "teacher_id"),
        ),
        Kind(
            "by_teacher",
            "By teacher",
            "What does the push change in each teacher's grade book?",
            SetupFilters,
            of=("plan",),
            in_panel=False,
            command="by-teacher",
            summary='By teacher: what a plan, saved by "plan ... --save PLANFILE", does to each teacher\'s '
            "sections.",
            aside=("school_id", "teacher_id"),
        ),
        Kind(
            "forecast",
            "Whose grades would move",
            "Whose grades in progress would this plan move, and how far?",
            SectionFilters,
            of=("plan",),
            in_panel=False,
            command="forecast",
            summary='Whose grades would move: what a plan does to them, saved by "plan ... --save PLANFILE".',
            aside=(*_PLACE, "calendar", "course_name", "school_id", "teacher_id", "task_id"),
        ),
        Kind(
            "cascade",
            "The cascade",
            "How much follows what is above it?",
            CourseFilters,
            noun="line",
            command="cascade",
            summary="The cascade: how much is in sync, awaits a push, differs, is residual or desynced at each "
            "level.",
        ),
        Kind(
            "drift",
            "Drift",
            "What did others change on courses and sections?",
            RowFilters,
            more=("refresh",),
            is_of_now=False,
            command="drift",
            summary="Drift: what others changed on courses and sections from one load to the next.",
            aside=(
                *_PLACE, "teacher", "when", "push_id", "last_pushed", "wanted", "key", "field", "before", "now",
            ),
        ),
        Kind(
            "rehearsal",
            "Rehearsals",
            "Which of the situations that districts ask about are there in this one?",
            YearFilters,
            of=("situation",),
            noun="line",
            file="rehearsals",
        ),
    )
}  # fmt: skip
"""In the order in which they are listed and offered."""

IN_PANEL = {name: kind for name, kind in KINDS.items() if kind.in_panel}

QUESTIONS: dict[str, str] = {
    **{name: kind.question for name, kind in KINDS.items()},
    "plan_page": "What would this plan do, to whom, and what would it not do?",
    "panel": "Where can these be chosen with a click, narrowed down, acted on and saved?",
}
"""Each method of ``district.reports``, and the question that it answers."""
