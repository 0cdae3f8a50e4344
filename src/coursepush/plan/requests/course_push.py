"""Push All Courses: what is asked, from names or ids, and what it comes to, which no lock has a say in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from coursepush.model.elements import ADVISORY, COURSE_PUSH_DATA, SETUP_ELEMENTS, SetupElement
from coursepush.plan.request import Name, Request, Scope, bound_ids, check_data, data_left_out
from coursepush.plan.requests import form
from coursepush.plan.requests.names import (
    CALENDAR,
    COURSE,
    SECTION,
    assumed,
    data_of,
    find_many,
    find_one,
    names_of,
)
from coursepush.plan.rules import Mode
from coursepush.store.database import Session
from coursepush.store.templates import template


@dataclass(frozen=True, slots=True)
class CoursePush(Request):
    """Push All Courses, every choice made. Ids are sorted; None for courses or sections: all."""

    calendar_id: int
    courses: tuple[int, ...] | None = None
    sections: tuple[int, ...] | None = None
    data: tuple[str, ...] = COURSE_PUSH_DATA
    overwrite_categories: bool = False
    assume_unused: bool = False
    kind: str = "course_push"

    is_push: ClassVar[bool] = True
    spared_by: ClassVar[str] = "leave them out"
    missing_task_cure: ClassVar[str] = "Align the tasks to the courses, or push the course masters first."

    @property
    def title(self) -> str:
        return "Push All Courses to sections"

    @property
    def hops(self) -> tuple[int, ...]:
        return (2,)

    @property
    def only_sections(self) -> tuple[int, ...] | None:
        return self.sections

    @property
    def overwrites(self) -> bool:
        return self.overwrite_categories

    def milder(self) -> list[tuple[str, Request]]:
        kept: list[tuple[str, Request]] = []
        if self.overwrite_categories:
            kept.append(("without Overwrite Categories", replace(self, overwrite_categories=False)))
        return [*kept, *((words, replace(self, data=data)) for words, data in data_left_out(self.data))]

    def sparing(self, courses: Sequence[int], reached: Sequence[int]) -> CoursePush | None:
        left = tuple(sorted({*reached} - {*courses}))
        return replace(self, courses=left) if left else None

    def mode_of(self, element: SetupElement) -> Mode:
        """Overwrite Categories is for categories alone."""
        return "overwrite" if element.is_category and self.overwrite_categories else "locked"

    def courses_sql(self) -> tuple[str, dict[str, Any]]:
        return template("coursepush.plan", "scope_course_of_calendar"), {
            "calendar_id": self.calendar_id,
            "courses": bound_ids(self.courses),
            "sections": bound_ids(self.sections),
        }

    def read_scope(self, session: Session) -> Scope:
        """The data types ticked, locked or not."""
        going = tuple(e for e in SETUP_ELEMENTS if e.has_sections and e.name in self.data)
        return Scope(hop2=going, advisory=ADVISORY in self.data)

    def reach(self, scope: Scope | None) -> list[tuple[int, str, bool]]:
        return [(2, element, True) for element in self.data]

    def arguments(self) -> dict[str, Any]:
        return {
            "calendar": self.calendar_id,
            "courses": self.courses,
            "sections": self.sections,
            "data": None if self.data == COURSE_PUSH_DATA else self.data,
            "overwrite_categories": self.overwrite_categories,
            "assume_unused": self.assume_unused,
        }


FORM: form.Form = {
    "calendar_id": form.ID,
    "courses": form.IDS_OR_ALL,
    "sections": form.IDS_OR_ALL,
    "data": form.data(COURSE_PUSH_DATA),
    "overwrite_categories": form.FLAG,
    "assume_unused": form.FLAG,
}


def resolve_course_push(
    session: Session,
    *,
    calendar: Name,
    courses: Any = None,
    sections: Any = None,
    data: Sequence[str] | None = None,
    overwrite_categories: bool = False,
    assume_unused: bool = False,
    unreached: list[str] | None = None,
) -> CoursePush:
    """A Push All Courses with every choice made; raises RequestError before anything is planned.

    What is named but out of scope is added to `unreached`.
    """
    unreached = [] if unreached is None else unreached
    ticked = check_data(data, COURSE_PUSH_DATA, "Push All Courses")
    calendar_id = find_one(session, CALENDAR, calendar)
    course_ids = find_many(
        session,
        COURSE,
        courses,
        "calendar_id = $calendar_id",
        {"calendar_id": calendar_id},
        unreached,
    )
    return CoursePush(
        calendar_id=calendar_id,
        courses=course_ids,
        sections=find_many(
            session,
            SECTION,
            sections,
            "course_id in (select course_id from course where calendar_id = $calendar_id "
            "and ($courses::bigint[] is null or list_contains($courses::bigint[], course_id)))",
            {"calendar_id": calendar_id, "courses": bound_ids(course_ids)},
            unreached,
        ),
        data=ticked,
        overwrite_categories=bool(overwrite_categories),
        assume_unused=bool(assume_unused),
    )


def course_push_choices(session: Session, request: CoursePush) -> list[tuple[str, str]]:
    """What each choice is called and what was chosen, in the order of the screen it is made on."""
    return [
        ("Push", "Push All Courses"),
        ("Calendar", names_of(session, CALENDAR, [request.calendar_id])),
        ("Courses", names_of(session, COURSE, request.courses)),
        ("Sections", names_of(session, SECTION, request.sections)),
        ("Data to be pushed", data_of(request.data)),
        ("Overwrite Categories", "yes" if request.overwrite_categories else "no"),
        *assumed(request.assume_unused),
    ]
