"""A scenario as a user holds it: a district that can be edited, and that is never written (SCENARIO.md)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.district.district import District
from coursepush.district.real import plan_real
from coursepush.files import Kind, new_file
from coursepush.marks import Drawn
from coursepush.plan.plan import Plan
from coursepush.plan.request import Name, Request
from coursepush.scenario.edits import Edit
from coursepush.scenario.scenario import Scenario
from coursepush.scenario.text import read_file
from coursepush.store.database import Store


class WhatIf(District, Drawn):
    """A district with edits laid over it. All of a district's plans, reports and forecasts work on it.

    Made by :meth:`District.what_if`. Whom an edit is about is named in one way: ``catalog`` and ``masters`` (all
    of the catalog's if ``masters`` is left out), ``courses`` and ``calendar`` (one of them is enough), or
    ``sections`` (ids).
    Each edit gives the scenario itself, so that they can be written one after the other.

    Attributes:
        title: what it is called.
    """

    def __init__(self, base: Store, title: str, edits: Iterable[Edit] = ()) -> None:
        self._scenario = Scenario(base, title, edits)
        super().__init__(self._scenario.overlay)

    @property
    def title(self) -> str:
        return self._scenario.title

    @property
    def scenario(self) -> Scenario:
        """The edits themselves, and the overlay they are made on: for those who extend coursepush."""
        return self._scenario

    # -- setup ---------------------------------------------------------------------------------------

    def category(self, name: str, *, rename: str | None = None, **given: Any) -> WhatIf:
        """Set a category: ``weight``, ``sequence``, ``is_excluded``, ``drop_lowest``, ``tasks`` (SCENARIO.md 3).

        Args:
            rename: another name for it; owners without it are left alone.
            given: the values to set, and whom it is about.

        Raises:
            ScenarioError: it is refused, by a lock for example; the scenario is as it was.
            RequestError: it names what there is not.

        >>> w = district.what_if().category("Tests", weight=45, catalog="High School", masters="04101-1")
        >>> w.edits()["rows"].to_list()
        [1]
        """
        return self._set("categories", name=name, rename=rename, **given)

    def grading_task(self, task: Name, **given: Any) -> WhatIf:
        """Align a grading task: ``score_group``, ``credit_type``, ``credit``, ``term_gpa``, ``is_post_only`` and
        ``sequence``.

        >>> w = district.what_if()
        >>> w = w.grading_task("Quarter Grade", sequence=9, catalog="High School", masters="04101-1")
        >>> w.edits()["what"].item()
        'set grading_tasks: task Quarter Grade, sequence 9; catalog High School, masters 04101-1'
        """
        return self._set("grading_tasks", task=task, **given)

    def standard(self, task: Name, **given: Any) -> WhatIf:
        """Align a standard: the same values as a grading task.

        >>> standard = district.sql("select min(name) from grading_task where is_standard").item()
        >>> w = district.what_if().standard(standard, catalog="High School", masters="04101-1")
        >>> len(w.edits())
        1
        """
        return self._set("standards", task=task, **given)

    def assessment(self, test: Name, **given: Any) -> WhatIf:
        """Align an assessment: ``standard``, ``start_date``, ``end_date``, ``copies_forward``.

        >>> test = district.sql("select min(name) from assessment_test").item()
        >>> w = district.what_if().assessment(test, copies_forward=True, catalog="High School", masters="04101-1")
        >>> len(w.edits())
        1
        """
        return self._set("assessments", test=test, **given)

    def option(self, task: Name, term: int, **given: Any) -> WhatIf:
        """Set calculation options of a task in a term: ``calc_type``, ``scale``, ``weight_categories``,
        ``use_percent``, ``last_n``, ``cumulative_from_term``.

        >>> w = district.what_if().option("Quarter Grade", 1, weight_categories=False, catalog="High School")
        >>> len(w.edits())
        1
        """
        return self._set("grade_calc_options", task=task, term=term, **given)

    def composite(self, task: Name, term: int, child: Name, child_term: int, **given: Any) -> WhatIf:
        """Set a child of a composite grade: its ``weight``.

        >>> w = district.what_if()
        >>> w = w.composite("Semester Grade", 2, "Quarter Grade", 2, weight=60, catalog="High School")
        >>> len(w.edits())
        1
        """
        return self._set("composite_grades", task=task, term=term, child=child, child_term=child_term, **given)

    def remove(self, element: str, **given: Any) -> WhatIf:
        """Take away rows of a data type, by their key: ``remove("categories", name="Tests", catalog=...)``.

        >>> w = district.what_if().remove("categories", name="Tests", catalog="High School", masters="04101-1")
        >>> w.edits()["rows"].to_list()
        [1]
        """
        return self._do("remove", element=element, **given)

    # -- courses, course masters, catalogs ------------------------------------------------------------

    def info(self, **given: Any) -> WhatIf:
        """Set attributes of course masters or courses: ``name``, ``number``, ``gpa_weight`` … (MODEL.md 4).

        >>> w = district.what_if().info(gpa_weight=1.1, catalog="High School", masters="04101-1")
        >>> w.edits()["rows"].to_list()
        [1]
        """
        return self._do("info", **given)

    def new_master(self, catalog: Name, number: str, name: str, **attributes: Any) -> WhatIf:
        """Add a course master to a catalog, without setup.

        >>> w = district.what_if().new_master("High School", "99999", "Robotics")
        >>> w.sql("select name from course_master where number = '99999'").item()
        'Robotics'
        """
        return self._do("new_master", catalog=catalog, number=number, name=name, **attributes)

    def assign(
        self,
        courses: Any,
        *,
        calendar: Name | None = None,
        catalog: Name | None = None,
        master: Name | None = None,
    ) -> WhatIf:
        """Give courses a course master of a catalog, or none. Rows of setup stay as they are.

        >>> w = district.what_if().assign("04101-1")
        >>> w.sql("select count(*) from course where number = '04101-1' and master_id is not null").item()
        0
        """
        return self._do("assign", courses=courses, calendar=calendar, catalog=catalog, master=master)

    def ignore(self, courses: Any, *, calendar: Name | None = None, on: bool = True) -> WhatIf:
        """Set Ignore Master Push on courses, or clear it (``on=False``).

        >>> w = district.what_if().ignore("04101-1")
        >>> w.sql("select bool_and(ignore_master_push) from course where number = '04101-1'").item()
        True
        """
        return self._do("ignore", courses=courses, calendar=calendar, on=on)

    def lock(self, catalog: Name, *locks: str) -> WhatIf:
        """Lock data types of a catalog, ``composite_weights``, ``course_info`` or ``course_info.<attribute>``.

        >>> w = district.what_if().lock("High School", "categories")
        >>> w.edits()["what"].item()
        'lock: locks categories; catalog High School'
        """
        return self._do("lock", catalog=catalog, locks=list(locks))

    def unlock(self, catalog: Name, *locks: str) -> WhatIf:
        """Clear locks of a catalog.

        >>> w = district.what_if().unlock("High School", "categories")
        >>> tried = w.plan_master_push("High School", year=2027, courses="04101-1", data="categories")
        >>> tried.rows(element="categories")["reason"].to_list()
        ['not_locked']
        """
        return self._do("unlock", catalog=catalog, locks=list(locks))

    def use_catalog(self, school: Name, year: int, catalog: Name) -> WhatIf:
        """Give a school the catalog that it uses in a year.

        >>> w = district.what_if().use_catalog("Riverbend High School", 2027, "Middle School")
        >>> w.edits()["rows"].to_list()
        [1]
        """
        return self._do("use_catalog", school=school, year=year, catalog=catalog)

    def new_catalog(self, name: str) -> WhatIf:
        """Add a catalog without locks or course masters.

        >>> w = district.what_if().new_catalog("Summer School").new_master("Summer School", "S1", "Reading")
        >>> w.edits()["rows"].to_list()
        [1, 1]
        """
        return self._do("new_catalog", name=name)

    def copy_master(self, catalog: Name, master: Name, **given: Any) -> WhatIf:
        """Copy a course master: to a new one (``number``, ``name``), or ``onto`` others, of ``to_catalog``
        (SCENARIO.md 11).

        Args:
            given: as of :meth:`District.plan_copy_master`.

        >>> w = district.what_if().copy_master("High School", "04101-1", number="04101-9", name="History 9")
        >>> w.sql("select name from course_master where number = '04101-9'").item()
        'History 9'
        """
        given = {name: one for name, one in given.items() if one is not None}
        return self._do("copy_master", catalog=catalog, master=master, **given)

    def roll(self, calendar: Name, **given: Any) -> WhatIf:
        """Roll a calendar forward to next year: its courses, sections, terms and setup (SCENARIO.md 12).

        Args:
            given: as of :meth:`District.plan_roll`.

        >>> w = district.what_if("next year").roll("Riverbend High 26-27")
        >>> w.calendars(year=2028)["name"].to_list()
        ['Riverbend High 27-28']
        """
        given = {name: one for name, one in given.items() if one is not None}
        return self._do("roll", calendar=calendar, **given)

    # -- links, and students' work --------------------------------------------------------------------

    def link(self, element: str, *, name: str | None = None, **given: Any) -> WhatIf:
        """Link rows of courses or sections to those of their key one level up (SCENARIO.md 7).

        >>> w = district.what_if().link("categories", courses="04101-1")
        >>> len(w.edits())
        1
        """
        return self._do("link", element=element, name=name, **given)

    def unlink(self, element: str, *, name: str | None = None, **given: Any) -> WhatIf:
        """Make rows of courses or sections their own: they forget where they came from.

        >>> w = district.what_if().unlink("categories", courses="04101-1")
        >>> w.plan_master_push("High School", year=2027, courses="04101-1", data="categories").writes
        0
        """
        return self._do("unlink", element=element, name=name, **given)

    def realign(self, sections: Any, *, to: Name, category: str | None = None, task: Name | None = None) -> WhatIf:
        """Move all assignments of sections from a category, or a task or standard, to another one (SCENARIO.md 8).

        It rehearses what teachers would do, and is never part of a plan.

        >>> found = district.sql(
        ...     "select owner_id, min(name), max(name) from section_category group by 1 order by 1"
        ... ).row(0)
        >>> w = district.what_if().realign(found[0], category=found[1], to=found[2])
        >>> len(w.edits())
        1
        """
        return self._do("realign", sections=sections, to=to, category=category, task=task)

    def edit_sql(self, text: str) -> WhatIf:
        """Make an edit in SQL: one UPDATE, INSERT or DELETE of one table (SCENARIO.md 9).

        >>> w = district.what_if().edit_sql("update master_category set weight = 25 where name = 'Tests'")
        >>> w.sql("select distinct weight from master_category where name = 'Tests'").item()
        Decimal('25.0000')
        """
        return self._do("sql", text=text)

    def what_if(self, title: str = "What if", *, edits: str | os.PathLike[str] | None = None) -> WhatIf:
        """Another scenario of the same district, with the edits of this one made first.

        What is edited there is not seen here. See :meth:`District.what_if`.

        >>> w = district.what_if().lock("High School", "categories")
        >>> w.what_if("and more").ignore("04101-1").edits()["what"].to_list()
        ['lock: locks categories; catalog High School', 'ignore: on True; courses 04101-1']
        """
        told, made = read_file(edits) if edits is not None else ("", [])
        first = [one.edit for one in self._scenario.made]
        return WhatIf(self._scenario.overlay.base, told or title, [*first, *made])

    # -- becoming real --------------------------------------------------------------------------------

    def plan_setup(
        self, edits: Any = None, *, then: Plan | Request | None = None, today: dt.date | None = None
    ) -> Plan:
        """Plan to make this scenario real: its edits, and a push that follows them, in one plan of the district.

        It is a plan of the district itself, to be looked at, approved, applied and undone like any other
        (RULES.md 13). See :meth:`District.plan_setup`.

        Args:
            edits: more edits, to be made after those of the scenario.
            then: a push or a plan of links, planned in this scenario.
            today: as in :meth:`District.plan_master_push`.

        Raises:
            ScenarioError: an edit was missed, is refused, or is never part of a plan; `then` was planned in
                another scenario. ScenarioMovedError: the district was written to since.

        >>> w = district.what_if("heavier tests")
        >>> w = w.category("Tests", weight=45, catalog="High School", masters="04101-1")
        >>> push = w.plan_master_push("High School", year=2027, courses="04101-1", data="categories")
        >>> plan = w.plan_setup(then=push)
        >>> plan.rows(verdict="update").select("hop", "element").rows()
        [(0, 'categories'), (1, 'categories')]
        """
        from coursepush.scenario.planned import edits_in

        return plan_real(self._scenario, [] if edits is None else edits_in(edits), then, today)

    # -- the edits themselves -------------------------------------------------------------------------

    def edits(self) -> pl.DataFrame:
        """The edits in order: number, what, rows (how many it changed), missed (why it could not be made).

        >>> district.what_if().lock("High School", "categories").edits().columns
        ['number', 'what', 'rows', 'missed']
        """
        return pl.DataFrame(
            [
                (number, one.edit.words, one.rows, one.missed or None)
                for number, one in enumerate(self._scenario.made, 1)
            ],
            schema={"number": pl.Int64, "what": pl.String, "rows": pl.Int64, "missed": pl.String},
            orient="row",
        )

    @property
    def missed(self) -> pl.DataFrame:
        """The edits that could not be made here, with the reason: the rows of :meth:`edits` that have one."""
        return self.edits().filter(pl.col("missed").is_not_null())

    def take_back(self, number: int | None = None) -> WhatIf:
        """Take back an edit by its number, or the last one; the others are made again without it.

        Raises:
            RequestError: there is no such edit.

        >>> w = district.what_if().lock("High School", "categories").ignore("04101-1").take_back(1)
        >>> w.edits()["what"].to_list()
        ['ignore: on True; courses 04101-1']
        """
        self._scenario.take_back(len(self._scenario.made) if number is None else number)
        return self

    def rebase(self) -> WhatIf:
        """Make the edits again on the district as it is now, after it was written to; see :attr:`missed`.

        >>> len(district.what_if().lock("High School", "categories").rebase().missed)
        0
        """
        self._scenario.rebase()
        return self

    @property
    def text(self) -> str:
        """The scenario as text (TOML): title and edits."""
        return self._scenario.text

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the scenario's text to a file, to be made again with ``district.what_if(edits=path)``.

        Raises:
            RequestError: there is no such folder, or what is there is no scenario that coursepush saved.
            WriteError: it cannot be written; what was there before stays.

        >>> district.what_if("locked").lock("High School", "categories").save("locked.toml").name
        'locked.toml'
        """
        with new_file(path, Kind.SCENARIO) as file:
            file.write(self.text.encode())
        return Path(path)

    def close(self) -> None:
        """Forget the edits; the district stays open.

        >>> district.what_if().close()
        >>> len(district.catalogs(year=2027))
        3
        """
        self._scenario.close()

    def __enter__(self) -> WhatIf:
        return self

    def __repr__(self) -> str:
        lines = [f"<What if: {self.title}>"]
        lines += [
            f"  {number}. {what} ({_said(rows, missed)})" for number, what, rows, missed in self.edits().rows()
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from coursepush.display import what_if_html

        told = [(what, _said(rows, missed)) for _, what, rows, missed in self.edits().rows()]
        return what_if_html(self.title, told)

    def _set(self, element: str, **given: Any) -> WhatIf:
        return self._do("set", element=element, **given)

    def _do(self, kind: str, **given: Any) -> WhatIf:
        self._scenario.do(kind, given)
        return self


def _said(rows: int, missed: str | None) -> str:
    return f"missed: {missed}" if missed else f"{rows:,} {'row' if rows == 1 else 'rows'}"
