"""The edits of a scenario, a function each (SCENARIO.md 3 to 9, 11, 12)."""

from __future__ import annotations

from typing import Any, Self

from coursepush.plan.request import Name


class Edits:
    """What can be edited in a scenario. Each edit gives the scenario itself, so that they can be written in a row.

    Whom an edit is about is named in one way: ``catalog`` and ``masters`` (all of the catalog's if ``masters`` is
    left out), ``courses`` and ``calendar`` (one of them is enough), or ``sections`` (ids).
    """

    def _do(self, kind: str, **given: Any) -> Self:
        """Make an edit of this kind, or refuse it and leave the scenario as it was."""
        raise NotImplementedError

    def _set(self, element: str, **given: Any) -> Self:
        return self._do("set", element=element, **given)

    # -- setup ---------------------------------------------------------------------------------------

    def category(self, name: str, *, rename: str | None = None, **given: Any) -> Self:
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

    def grading_task(self, task: Name, **given: Any) -> Self:
        """Align a grading task: ``score_group``, ``credit_type``, ``credit``, ``term_gpa``, ``is_post_only`` and
        ``sequence``.

        >>> w = district.what_if()
        >>> w = w.grading_task("Quarter Grade", sequence=9, catalog="High School", masters="04101-1")
        >>> w.edits()["what"].item()
        'set grading_tasks: task Quarter Grade, sequence 9; catalog High School, masters 04101-1'
        """
        return self._set("grading_tasks", task=task, **given)

    def standard(self, task: Name, **given: Any) -> Self:
        """Align a standard: the same values as a grading task.

        >>> standard = district.sql("select min(name) from grading_task where is_standard").item()
        >>> w = district.what_if().standard(standard, catalog="High School", masters="04101-1")
        >>> len(w.edits())
        1
        """
        return self._set("standards", task=task, **given)

    def assessment(self, test: Name, **given: Any) -> Self:
        """Align an assessment: ``standard``, ``start_date``, ``end_date``, ``copies_forward``.

        >>> test = district.sql("select min(name) from assessment_test").item()
        >>> w = district.what_if().assessment(test, copies_forward=True, catalog="High School", masters="04101-1")
        >>> len(w.edits())
        1
        """
        return self._set("assessments", test=test, **given)

    def option(self, task: Name, term: int, **given: Any) -> Self:
        """Set calculation options of a task in a term: ``calc_type``, ``scale``, ``weight_categories``,
        ``use_percent``, ``last_n``, ``cumulative_from_term``.

        >>> w = district.what_if().option("Quarter Grade", 1, weight_categories=False, catalog="High School")
        >>> len(w.edits())
        1
        """
        return self._set("grade_calc_options", task=task, term=term, **given)

    def composite(self, task: Name, term: int, child: Name, child_term: int, **given: Any) -> Self:
        """Set a child of a composite grade: its ``weight``.

        >>> w = district.what_if()
        >>> w = w.composite("Semester Grade", 2, "Quarter Grade", 2, weight=60, catalog="High School")
        >>> len(w.edits())
        1
        """
        return self._set("composite_grades", task=task, term=term, child=child, child_term=child_term, **given)

    def remove(self, element: str, **given: Any) -> Self:
        """Take away rows of a data type, by their key: ``remove("categories", name="Tests", catalog=...)``.

        >>> w = district.what_if().remove("categories", name="Tests", catalog="High School", masters="04101-1")
        >>> w.edits()["rows"].to_list()
        [1]
        """
        return self._do("remove", element=element, **given)

    # -- courses, course masters, catalogs ------------------------------------------------------------

    def info(self, **given: Any) -> Self:
        """Set attributes of course masters or courses: ``name``, ``number``, ``gpa_weight`` … (MODEL.md 4).

        >>> w = district.what_if().info(gpa_weight=1.1, catalog="High School", masters="04101-1")
        >>> w.edits()["rows"].to_list()
        [1]
        """
        return self._do("info", **given)

    def new_master(self, catalog: Name, number: str, name: str, **attributes: Any) -> Self:
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
    ) -> Self:
        """Give courses a course master of a catalog, or none. Rows of setup stay as they are.

        >>> w = district.what_if().assign("04101-1")
        >>> w.sql("select count(*) from course where number = '04101-1' and master_id is not null").item()
        0
        """
        return self._do("assign", courses=courses, calendar=calendar, catalog=catalog, master=master)

    def ignore(self, courses: Any, *, calendar: Name | None = None, on: bool = True) -> Self:
        """Set Ignore Master Push on courses, or clear it (``on=False``).

        >>> w = district.what_if().ignore("04101-1")
        >>> w.sql("select bool_and(ignore_master_push) from course where number = '04101-1'").item()
        True
        """
        return self._do("ignore", courses=courses, calendar=calendar, on=on)

    def lock(self, catalog: Name, *locks: str) -> Self:
        """Lock data types of a catalog, ``composite_weights``, ``course_info`` or ``course_info.<attribute>``.

        >>> w = district.what_if().lock("High School", "categories")
        >>> w.edits()["what"].item()
        'lock: locks categories; catalog High School'
        """
        return self._do("lock", catalog=catalog, locks=list(locks))

    def unlock(self, catalog: Name, *locks: str) -> Self:
        """Clear locks of a catalog.

        >>> w = district.what_if().unlock("High School", "categories")
        >>> tried = w.plan_master_push("High School", year=2027, courses="04101-1", data="categories")
        >>> tried.rows(element="categories")["reason"].to_list()
        ['not_locked']
        """
        return self._do("unlock", catalog=catalog, locks=list(locks))

    def use_catalog(self, school: Name, year: int, catalog: Name) -> Self:
        """Give a school the catalog that it uses in a year.

        >>> w = district.what_if().use_catalog("Riverbend High School", 2027, "Middle School")
        >>> w.edits()["rows"].to_list()
        [1]
        """
        return self._do("use_catalog", school=school, year=year, catalog=catalog)

    def new_catalog(self, name: str) -> Self:
        """Add a catalog without locks or course masters.

        >>> w = district.what_if().new_catalog("Summer School").new_master("Summer School", "S1", "Reading")
        >>> w.edits()["rows"].to_list()
        [1, 1]
        """
        return self._do("new_catalog", name=name)

    def copy_master(self, catalog: Name, master: Name, **given: Any) -> Self:
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

    def roll(self, calendar: Name, **given: Any) -> Self:
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

    def link(self, element: str, *, name: str | None = None, **given: Any) -> Self:
        """Link rows of courses or sections to those of their key one level up (SCENARIO.md 7).

        >>> w = district.what_if().link("categories", courses="04101-1")
        >>> len(w.edits())
        1
        """
        return self._do("link", element=element, name=name, **given)

    def unlink(self, element: str, *, name: str | None = None, **given: Any) -> Self:
        """Make rows of courses or sections their own: they forget where they came from.

        >>> w = district.what_if().unlink("categories", courses="04101-1")
        >>> w.plan_master_push("High School", year=2027, courses="04101-1", data="categories").writes
        0
        """
        return self._do("unlink", element=element, name=name, **given)

    def realign(self, sections: Any, *, to: Name, category: str | None = None, task: Name | None = None) -> Self:
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

    def edit_sql(self, text: str) -> Self:
        """Make an edit in SQL: one UPDATE, INSERT or DELETE of one table (SCENARIO.md 9).

        >>> w = district.what_if().edit_sql("update master_category set weight = 25 where name = 'Tests'")
        >>> w.sql("select distinct weight from master_category where name = 'Tests'").item()
        Decimal('25.0000')
        """
        return self._do("sql", text=text)
