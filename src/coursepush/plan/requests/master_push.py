"""Push All Course Masters: what is asked, from names or ids, and what it comes to under a catalog's locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from coursepush.model.elements import (
    ADVISORY,
    ATTRIBUTE_LOCK,
    COURSE_INFO,
    CUSTOM_FIELD_LOCK,
    ELEMENTS_BY_NAME,
    MASTER_PUSH_DATA,
    SETUP_ELEMENTS,
    SetupElement,
)
from coursepush.model.tables import ATTRIBUTES
from coursepush.plan.request import (
    BLANKS,
    MODES,
    RELEASES,
    SECTION_DATA,
    Name,
    Request,
    Scope,
    bound_ids,
    check_choice,
    check_data,
    check_release,
    data_left_out,
    school_year,
    year_of,
)
from coursepush.plan.requests import form
from coursepush.plan.requests.names import (
    CALENDAR,
    CATALOG,
    COURSE,
    MASTER,
    assumed,
    data_of,
    find_calendars,
    find_catalog,
    find_courses,
    find_many,
    names_of,
)
from coursepush.plan.rules import Mode
from coursepush.store.database import Session
from coursepush.store.templates import template

_MODES = {
    "locked": "Push locked data",
    "overwrite": "Overwrite existing course and section level data",
}


@dataclass(frozen=True, slots=True)
class MasterPush(Request):
    """Push All Course Masters, every choice made. Ids are sorted; None for masters or courses: all.

    `all_calendars`: none were named, so that a calendar added later belongs to the request too.
    """

    catalog_id: int
    year: int
    mode: Mode = "locked"
    to_sections: bool = False
    all_calendars: bool = True
    calendars: tuple[int, ...] = ()
    masters: tuple[int, ...] | None = None
    courses: tuple[int, ...] | None = None
    data: tuple[str, ...] = MASTER_PUSH_DATA
    blanks: Literal["push", "keep"] = "push"
    release: str = "current"
    assume_unused: bool = False
    kind: str = "master_push"

    is_push: ClassVar[bool] = True
    spared_by: ClassVar[str] = "leave them out, or set them to Ignore Master Push"
    missing_task_cure: ClassVar[str] = "Push Grading Tasks and Standards too."

    @property
    def title(self) -> str:
        to = "courses and sections" if self.to_sections else "courses"
        return f"Push All Course Masters, {school_year(self.year)}, {self.mode} mode, to {to}"

    @property
    def hops(self) -> tuple[int, ...]:
        return (1, 2) if self.to_sections else (1,)

    @property
    def keeps_blanks(self) -> bool:
        return self.blanks == "keep"

    @property
    def overwrites(self) -> bool:
        return self.mode == "overwrite"

    def onward(self) -> MasterPush | None:
        return None if self.to_sections else replace(self, to_sections=True)

    def milder(self) -> list[tuple[str, Request]]:
        modes = [("", self)]
        if self.overwrites:
            modes.append(("in locked mode", replace(self, mode="locked")))
        without = [] if self.release == ".2211" else data_left_out(self.data)  # that release takes all or nothing
        both = [
            (" ".join(filter(None, [words, fewer])), replace(request, data=data))
            for words, request in modes
            for fewer, data in without
        ]
        return [*modes[1:], *both]

    def sparing(self, courses: Sequence[int], reached: Sequence[int]) -> MasterPush | None:
        left = tuple(sorted({*reached} - {*courses}))
        return replace(self, courses=left) if left else None

    def mode_of(self, element: SetupElement) -> Mode:
        return self.mode

    def courses_sql(self) -> tuple[str, dict[str, Any]]:
        return masters_courses_sql(self.catalog_id, self.calendars, self.masters, self.courses)

    def read_scope(self, session: Session) -> Scope:
        locks = session.rows(
            "locks",
            "select lock from catalog_lock where catalog_id = $catalog_id",
            {"catalog_id": self.catalog_id},
        )
        fields = session.rows("custom fields", "select distinct field from custom_field order by field")
        return _scope(self, frozenset(row[0] for row in locks), [row[0] for row in fields])

    def reach(self, scope: Scope | None) -> list[tuple[int, str, bool]]:
        assert scope is not None
        goes = [{element.name for element in elements} for elements in (scope.hop1, scope.hop2)]
        if not scope.composite_structure:  # weights alone: of what is not linked nothing is said (RULES.md 4.4)
            goes[0] -= {"composite_grades"}
        pairs = [(1, name, scope.course_info if name == COURSE_INFO else name in goes[0]) for name in self.data]
        if self.to_sections:
            pairs += [(2, name, name in goes[1]) for name in self.data if name in SECTION_DATA]
            pairs += [(2, ADVISORY, scope.advisory)] if COURSE_INFO in self.data else []
        return pairs

    def arguments(self) -> dict[str, Any]:
        return {
            "catalog": self.catalog_id,
            "year": self.year,
            "mode": self.mode,
            "to_sections": self.to_sections,
            "calendars": None if self.all_calendars else self.calendars,
            "masters": self.masters,
            "courses": self.courses,
            # the oldest release takes all or nothing
            "data": None if self.data == MASTER_PUSH_DATA else self.data,
            "blanks": self.blanks,
            "release": self.release,
            "assume_unused": self.assume_unused,
        }


FORM: form.Form = {
    "catalog_id": form.ID,
    "year": form.YEAR,
    "mode": form.choice(MODES),
    "to_sections": form.FLAG,
    "all_calendars": form.FLAG,
    "calendars": form.IDS,
    "masters": form.IDS_OR_ALL,
    "courses": form.IDS_OR_ALL,
    "data": form.data(MASTER_PUSH_DATA),
    "blanks": form.choice(BLANKS),
    "release": form.choice(RELEASES),
    "assume_unused": form.FLAG,
}


def masters_courses_sql(
    catalog_id: int, calendars: Sequence[int], masters: Sequence[int] | None, courses: Sequence[int] | None
) -> tuple[str, dict[str, Any]]:
    """The courses that course masters of a catalog are pushed to, or linked to."""
    return template("coursepush.plan", "scope_course_of_masters"), {
        "catalog_id": catalog_id,
        "calendars": bound_ids(calendars),
        "masters": bound_ids(masters),
        "courses": bound_ids(courses),
    }


def resolve_master_push(
    session: Session,
    *,
    catalog: Name,
    year: int,
    mode: str = "locked",
    to_sections: bool = False,
    calendars: Any = None,
    masters: Any = None,
    courses: Any = None,
    data: Sequence[str] | None = None,
    blanks: str = "push",
    release: str = "current",
    assume_unused: bool = False,
    unreached: list[str] | None = None,
) -> MasterPush:
    """A Push All Course Masters with every choice made; raises RequestError before anything is planned.

    What is named but out of scope is added to `unreached`.
    """
    unreached = [] if unreached is None else unreached
    year = year_of(year)
    check_choice("mode", mode, MODES)
    check_choice("choice for blanks", blanks, BLANKS)
    check_release(release, mode=mode, calendars=calendars, data=data)
    ticked = check_data(data, MASTER_PUSH_DATA, "Push All Course Masters")
    catalog_id = find_catalog(session, catalog, year)
    calendar_ids = find_calendars(session, catalog_id, year, calendars, release)
    return MasterPush(
        catalog_id=catalog_id,
        year=int(year),
        mode="overwrite" if mode == "overwrite" else "locked",
        to_sections=bool(to_sections),
        all_calendars=calendars is None,
        calendars=calendar_ids,
        masters=find_many(
            session,
            MASTER,
            masters,
            "catalog_id = $catalog_id",
            {"catalog_id": catalog_id},
            unreached,
        ),
        courses=find_courses(session, catalog_id, calendar_ids, courses, unreached),
        data=ticked,
        blanks="keep" if blanks == "keep" else "push",
        release=release,
        assume_unused=bool(assume_unused),
    )


def master_push_again(session: Session, request: MasterPush) -> MasterPush:
    """The same request on the district as it is now: default calendars are the year's of today."""
    if not request.all_calendars:
        return request
    calendars = find_calendars(session, request.catalog_id, request.year, None, request.release)
    return replace(request, calendars=calendars)


def master_push_choices(session: Session, request: MasterPush) -> list[tuple[str, str]]:
    """What each choice is called and what was chosen, in the order of the screen it is made on."""
    words = [
        ("Push", "Push All Course Masters"),
        ("School year", school_year(request.year)),
        ("Course catalog", names_of(session, CATALOG, [request.catalog_id])),
        ("Push mode", _MODES[request.mode]),
        ("Push to sections", "yes" if request.to_sections else "no"),
        ("Calendars", names_of(session, CALENDAR, request.calendars)),
        ("Course masters", names_of(session, MASTER, request.masters)),
        ("Courses", names_of(session, COURSE, request.courses)),
        ("Data to be pushed", data_of(request.data)),
        (
            "Blank fields of a course master",
            "empty the course's field" if request.blanks == "push" else "leave the course's field as it is",
        ),
    ]
    if request.release != "current":
        words.append(("Release", request.release))
    return words + assumed(request.assume_unused)


def _scope(request: MasterPush, locks: frozenset[str], custom_fields: Sequence[str]) -> Scope:
    """Which elements a Push All Course Masters carries: ticked and locked (RULES.md 4 and 5)."""
    ticked = set(request.data)
    fields = tuple(column for column in ATTRIBUTES if ATTRIBUTE_LOCK + column.name in locks)
    custom = tuple(sorted(lock.removeprefix(CUSTOM_FIELD_LOCK) for lock in locks if _is_custom(lock)))
    info_locked = bool(fields or custom)
    info_goes = COURSE_INFO in ticked and info_locked
    unlocked = [column.name for column in ATTRIBUTES if column not in fields]
    unlocked += [f"custom.{field}" for field in custom_fields if field not in custom]
    going = tuple(e for e in SETUP_ELEMENTS if e.name in ticked and locks.intersection(e.locks))
    structure = "composite_grades" in locks
    return Scope(
        catalog_id=request.catalog_id,
        locks=locks,
        hop1=going,
        hop2=tuple(e for e in going if e.has_sections and (e.name != "composite_grades" or structure))
        if request.to_sections
        else (),
        course_info=info_goes,
        locked_fields=fields if info_goes else (),
        locked_custom_fields=custom if info_goes else (),
        unlocked_fields=tuple(unlocked) if COURSE_INFO in ticked else (),
        advisory=request.to_sections and info_goes and ATTRIBUTE_LOCK + "is_advisory" in locks,
        not_selected=tuple(name for name in MASTER_PUSH_DATA if name not in ticked),
        not_locked=tuple(
            name
            for name in MASTER_PUSH_DATA
            if name in ticked
            and not (info_locked if name == COURSE_INFO else locks.intersection(ELEMENTS_BY_NAME[name].locks))
        ),
        composite_structure=structure,
        composite_weights="composite_weights" in locks,
    )


def _is_custom(lock: str) -> bool:
    return lock.startswith(CUSTOM_FIELD_LOCK)
