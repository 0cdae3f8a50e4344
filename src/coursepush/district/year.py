"""The year's other steps as plans: each a few edits of setup, planned as any scenario's (RULES.md 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coursepush.plan.request import LINK_DATA, Name, as_list, check_data
from coursepush.scenario.edits import Edit, edit

if TYPE_CHECKING:
    from coursepush.plan.plan import Plan


class YearSteps:
    """Plans of the steps of a school year beside the pushes. Nothing is written until a plan is applied.

    In a scenario such a plan has the scenario's own edits first.
    """

    def _plan_edits(self, edits: list[Edit]) -> Plan:
        """Plan these edits, on the district or after those of the scenario."""
        raise NotImplementedError

    def plan_copy_master(
        self,
        catalog: Name,
        master: Name,
        *,
        number: str | None = None,
        name: str | None = None,
        to_catalog: Name | None = None,
        onto: Name | Sequence[Name] | None = None,
        data: Sequence[str] | None = None,
    ) -> Plan:
        """Plan *Copy Course Master*: to a new course master, or onto others that are there (SCENARIO.md 11).

        Args:
            catalog, master: what is copied, by number or id.
            number, name: of the new course master.
            to_catalog: the catalog that it is copied to; by default its own.
            onto: instead of a new one, course masters of that catalog: rows with the same key get the values,
                others are added; what they have beside it stays.
            data: course_info, grading_tasks, standards, assessments, categories, composite_grades,
                grade_calc_options; all by default. Tasks and standards that rows name go with them.

        Raises:
            ScenarioError: the number is taken, or there is none. RequestError: a name is unknown.

        >>> plan = district.plan_copy_master("High School", "04101-1", number="04101-9", name="History 9")
        >>> plan.rows(element="course_masters")["verdict"].to_list()
        ['insert']
        """
        given = {"number": number, "name": name, "to_catalog": to_catalog, "onto": onto, "data": data}
        told = {one: list(value) if isinstance(value, tuple) else value for one, value in given.items()}
        named = {one: value for one, value in told.items() if value is not None}
        return self._plan_edits([edit("copy_master", {"catalog": catalog, "master": master, **named})])

    def plan_roll(
        self,
        calendar: Name,
        *,
        year: int | None = None,
        name: str | None = None,
        start_date: dt.date | None = None,
        end_date: dt.date | None = None,
        inactive: bool = False,
    ) -> Plan:
        """Plan to roll a calendar forward: courses, sections, terms and setup of another year (SCENARIO.md 12).

        No students' work goes along; assessments do if they copy forward. Courses keep their course masters. To
        start the new year from scratch, plan it in a scenario with an overwrite push after it.

        Args:
            year: the year in which the new school year ends; by default the next one.
            name: of the new calendar; by default this one's with the new school year in it.
            start_date, end_date: of the new calendar; by default this one's, as many years later. So are those of
                terms.
            inactive: with inactive courses.

        Raises:
            ScenarioError: the year is not a later one, or the name is taken.
            RequestError: there is no such calendar.

        >>> plan = district.plan_roll("Riverbend High 26-27")
        >>> plan.rows(element="calendars")["verdict"].to_list()
        ['insert']
        >>> with district.what_if("next year from scratch") as w:
        ...     w = w.roll("Riverbend High 26-27")
        ...     push = w.plan_master_push("High School", year=2028, mode="overwrite", to_sections=True)
        ...     both = w.plan_setup(then=push)
        >>> both.title
        'Setup in 1 edit, then Push All Course Masters, 2027-28, overwrite mode, to courses and sections'
        """
        given = {"year": year, "name": name, "start_date": start_date, "end_date": end_date}
        named = {one: value for one, value in given.items() if value is not None}
        return self._plan_edits(
            [edit("roll", {"calendar": calendar, **named, **({"inactive": True} if inactive else {})})]
        )

    def plan_ignore(
        self, courses: Name | Sequence[Name], *, calendar: Name | None = None, on: bool = True
    ) -> Plan:
        """Plan to set *Ignore Master Push* on courses, or to clear it (``on=False``).

        >>> plan = district.plan_ignore("04101-1", calendar="Riverbend High 26-27")
        >>> plan.rows().select("field", "before", "after").rows()
        [('ignore_master_push', 'false', 'true')]
        """
        return self._plan_edits([edit("ignore", {"courses": as_list(courses), "calendar": calendar, "on": on})])

    def plan_lock(self, catalog: Name, *locks: str) -> Plan:
        """Plan to lock data types of a catalog, ``composite_weights``, ``course_info`` or
        ``course_info.<attribute>``.

        >>> district.plan_lock("High School", "composite_weights").rows().select("element", "verdict").rows()
        [('locks', 'insert')]
        """
        return self._plan_edits([edit("lock", {"catalog": catalog, "locks": list(locks)})])

    def plan_unlock(self, catalog: Name, *locks: str) -> Plan:
        """Plan to clear locks of a catalog.

        >>> district.plan_unlock("High School", "categories").rows().select("element", "verdict").rows()
        [('locks', 'delete')]
        """
        return self._plan_edits([edit("unlock", {"catalog": catalog, "locks": list(locks)})])

    def plan_relink(
        self,
        courses: Name | Sequence[Name] | None = None,
        *,
        calendar: Name | None = None,
        data: Sequence[str] | None = None,
    ) -> Plan:
        """Plan to link courses' setup to their course masters' again, row by row with the same key; values stay.

        Broken links are mended too, which :meth:`plan_links` leaves. To take the course masters' values as well,
        push in overwrite mode: ``district.reports.relink(...)``.

        Args:
            courses, calendar: which; all of the calendar's if `courses` is left out.
            data: data types with rows; all by default.

        >>> set(district.plan_relink(calendar="Riverbend High 26-27", data=["categories"]).fates()["fate"])
        {'linked_again'}
        """
        whom = {"courses": None if courses is None else as_list(courses), "calendar": calendar}
        whom = {name: one for name, one in whom.items() if one is not None}
        return self._plan_edits(
            [edit("link", {"element": name, **whom}) for name in check_data(data, LINK_DATA, "a relink")]
        )
