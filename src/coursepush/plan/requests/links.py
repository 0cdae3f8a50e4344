"""Links proposed by key: what is asked, from names or ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from coursepush.model.elements import ELEMENTS_BY_NAME
from coursepush.plan.request import (
    LINK_DATA,
    LINKS_BY,
    Name,
    Request,
    Scope,
    check_choice,
    check_data,
    school_year,
    year_of,
)
from coursepush.plan.requests import form
from coursepush.plan.requests.master_push import masters_courses_sql
from coursepush.plan.requests.names import (
    CALENDAR,
    CATALOG,
    COURSE,
    data_of,
    find_calendars,
    find_catalog,
    find_courses,
    names_of,
)
from coursepush.store.database import Session


@dataclass(frozen=True, slots=True)
class LinkRequest(Request):
    """Propose the links of setup rows to the rows above, every choice made. Ids are sorted; None for courses: all.

    `all_calendars` as in a push of course masters. `data`: elements of the grading setup; nothing else has links.
    """

    catalog_id: int
    year: int
    all_calendars: bool
    calendars: tuple[int, ...]
    courses: tuple[int, ...] | None
    data: tuple[str, ...]
    by: Literal["key"]
    kind: str = "links"

    @property
    def title(self) -> str:
        below = any(ELEMENTS_BY_NAME[name].has_sections for name in self.data)
        on = "courses and sections" if below else "courses"
        return f"Link setup by {self.by}, {school_year(self.year)}, on {on}"

    def courses_sql(self) -> tuple[str, dict[str, Any]]:
        return masters_courses_sql(self.catalog_id, self.calendars, None, self.courses)

    def reach(self, scope: Scope | None) -> list[tuple[int, str, bool]]:
        """Links, not values."""
        pairs = [(hop, element, False) for hop in (1, 2) for element in self.data]
        return [one for one in pairs if one[0] == 1 or ELEMENTS_BY_NAME[one[1]].has_sections]

    def arguments(self) -> dict[str, Any]:
        return {
            "catalog": self.catalog_id,
            "year": self.year,
            "calendars": None if self.all_calendars else self.calendars,
            "courses": self.courses,
            "data": None if self.data == LINK_DATA else self.data,
            "by": self.by,
        }


FORM: form.Form = {
    "catalog_id": form.ID,
    "year": form.YEAR,
    "all_calendars": form.FLAG,
    "calendars": form.IDS,
    "courses": form.IDS_OR_ALL,
    "data": form.data(LINK_DATA),
    "by": form.choice(LINKS_BY),
}


def resolve_links(
    session: Session,
    *,
    catalog: Name,
    year: int,
    calendars: Any = None,
    courses: Any = None,
    data: Sequence[str] | None = None,
    by: str = "key",
    unreached: list[str] | None = None,
) -> LinkRequest:
    """A request for links with every choice made, calendars and courses as in a push of course masters.

    What is named but out of scope is added to `unreached`. Raises RequestError before anything is planned.
    """
    unreached = [] if unreached is None else unreached
    year = year_of(year)
    check_choice("way to propose links", by, LINKS_BY)
    ticked = check_data(data, LINK_DATA, "a plan of links")
    catalog_id = find_catalog(session, catalog, year)
    calendar_ids = find_calendars(session, catalog_id, year, calendars, "current")
    return LinkRequest(
        catalog_id=catalog_id,
        year=int(year),
        all_calendars=calendars is None,
        calendars=calendar_ids,
        courses=find_courses(session, catalog_id, calendar_ids, courses, unreached),
        data=ticked,
        by="key",
    )


def links_again(session: Session, request: LinkRequest) -> LinkRequest:
    """The same request on the district as it is now: default calendars are the year's of today."""
    if not request.all_calendars:
        return request
    return replace(request, calendars=find_calendars(session, request.catalog_id, request.year, None, "current"))


def links_choices(session: Session, request: LinkRequest) -> list[tuple[str, str]]:
    """What each choice is called and what was chosen."""
    return [
        ("Push", "Link setup by key; no values are pushed"),
        ("School year", school_year(request.year)),
        ("Course catalog", names_of(session, CATALOG, [request.catalog_id])),
        ("Calendars", names_of(session, CALENDAR, request.calendars)),
        ("Courses", names_of(session, COURSE, request.courses)),
        ("Data to be linked", data_of(request.data)),
    ]
