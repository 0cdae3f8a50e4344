"""Course Audit once more, a course and a row at a time, from the text of RULES.md 2 to 4 and 8.

What a push would see: the options of a task that will be post-only on the course are wanted without calculation,
whether a push reaches the course or not. What is in the way of a locked push: the first of the lock, the course's
own state, and the reason that such a push gives.

Where the text is silent: of a row that is not soundly linked the lock of rows counts, not that of weights; what
stays the school's own although it is equal is in the way as `course_managed`; what would be removed although its
use is not known, as `use_unknown`, since such a push is not applied; a summer calendar, which a push leaves out
unless it is named, as `summer`. A category that has to give up its name has a line for that, beside what it is
otherwise; a composite row that is linked again and keeps its weight has one for either.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import oracle
from oracle_course_status import has_setup

Row = dict[str, Any]
Tables = dict[str, list[Row]]

WRITES = ("insert", "update", "relink", "delete")
"""What makes a course as its master wants it."""


class Difference(NamedTuple):
    """One row of the report; `key` is that of the row as text, null for a field of Course Info."""

    course_id: int
    element: str
    row_id: int | None
    field: str | None
    difference: str
    link: str | None
    use: str | None
    master_value: str | None
    course_value: str | None
    key: str | None
    hindrance: str | None


class CourseAudit:
    """Walks every course with a course master: `rows`, and the `status` of each course.

    `unknown`: the tables of students' work were not loaded (and are empty).
    """

    def __init__(self, tables: Tables, unknown: bool = False) -> None:
        self.d = oracle.District(tables)
        self.tables = tables
        self.unknown = unknown
        self.locks = {(row["catalog_id"], row["lock"]) for row in tables["catalog_lock"]}
        self.calendars = {row["calendar_id"]: row for row in tables["calendar"]}
        self.offers = {(row["school_id"], row["end_year"]): row["catalog_id"] for row in tables["catalog_school"]}
        self.outcomes = locked_outcomes(tables)
        self.rows: list[Difference] = []
        self.status: dict[int, str] = {}
        for course in tables["course"]:
            if course["master_id"] is not None:
                self._course(course, self.d.masters[course["master_id"]])

    def _course(self, course: Row, master: Row) -> None:
        self.states: set[str] = set()
        tasks, terms = self._tasks_after(course, master), self.d.terms_of[course["calendar_id"]]
        for element, spec in oracle.ELEMENTS.items():
            rows = [
                oracle.Wanted(row["row_id"], row["owner_id"], oracle.values_of(spec, row))
                for row in self.d.rows("master", element, master["master_id"])
            ]
            wanted = oracle.want(spec, rows, tasks, terms)
            present = self.d.rows("course", element, course["course_id"])
            links = {row["row_id"]: self.d.course_link(spec, course, row) for row in present}
            for upper, row, link in oracle.pair(spec, wanted, present, links, "broken"):
                self._pair(course, element, spec, upper, row, link)
        for field in (*oracle.ATTRIBUTES, *(f"custom.{name}" for name in self._custom(course, master))):
            above = oracle.attribute(self.d, "master", master, field)
            here = oracle.attribute(self.d, "course", course, field)
            if above != here:
                values = [oracle._text(oracle._plain(field, value)) for value in (above, here)]
                hindrance = self._hindrance(course, "course_info", f"course_info.{field}", field, None, None)
                self.rows.append(
                    Difference(
                        course["course_id"], "course_info", None, field, "differs", None, None, *values, None,
                        hindrance,
                    )
                )  # fmt: skip
        desynced, managed = "broken" in self.states, self.states & {"local", "residual"}
        self.status[course["course_id"]] = (
            "desynced"
            if desynced
            else "course_controlled"
            if managed or course["ignore_master_push"]
            else "linked"
            if has_setup(self.tables, course["master_id"])
            else "no_setup"
        )

    def _tasks_after(self, course: Row, master: Row) -> dict[int, bool]:
        """The tasks and standards that the course has after a locked push of everything: is each post-only."""
        after = oracle.CourseAfter(self.d, course)
        locks = {lock for catalog, lock in self.locks if catalog == master["catalog_id"]}
        for element in ("grading_tasks", "standards"):
            if element in locks:
                oracle.push_element_to_course(self.d, course, element, locks, False, after)
        tasks = after.tasks()
        outcomes = oracle.push_element_to_course(self.d, course, "categories", {"categories"}, False, after)
        self.renamed = {one.row["row_id"] for one in outcomes if one.verdict == "rename"}
        return tasks

    def _custom(self, course: Row, master: Row) -> set[str]:
        owners = {("course", course["course_id"]), ("master", master["master_id"])}
        return {field for level, owner, field in self.d.custom if (level, owner) in owners}

    def _pair(self, course: Row, element: str, spec: Any, upper: Any, row: Any, link: str | None) -> None:
        use = None
        if upper is None:
            used = self.d.used_on_course(spec, course, row)
            use = "used" if used else "unknown" if self.unknown and spec.stem != "assessment" else "unused"
        if (self._catalog(course), element) in self.locks:
            if link in ("broken", "local"):
                self.states.add(link)
            if link == "orphan" and use in ("used", "unknown"):
                self.states.add("residual")
        above = upper and upper.values
        here = row and oracle.values_of(spec, row)
        key = oracle.row_text({column: (here or above)[column] for column in spec.key})
        what = row["row_id"] if row else key

        def add(field: str | None, difference: str, master_value: str | None, course_value: str | None) -> None:
            weight = field == "weight" and spec.stem == "composite" and link in ("linked", "orphan")
            lock = "composite_weights" if weight else element
            if weight and link == "orphan" and (self._catalog(course), element) not in self.locks:
                lock = element
            hindrance = self._hindrance(course, element, lock, what, link, use, difference)
            place = (course["course_id"], element, row and row["row_id"])
            self.rows.append(
                Difference(*place, field, difference, link, use, master_value, course_value, key, hindrance)
            )

        texts = (oracle.row_text(above), oracle.row_text(here))
        if element == "categories" and what in self.renamed:
            add("name", "rename", None, oracle._text(here["name"]))
        if upper is None or row is None:
            add(None, "missing" if row is None else "extra", *texts)
            return
        fields = [name for name in spec.columns if above[name] != here[name]]
        for name in fields:
            values = [oracle._text(oracle._plain(name, one[name])) for one in (above, here)]
            add(name, "differs", *values)
        keeps_weight = spec.stem == "composite" and (self._catalog(course), "composite_weights") not in self.locks
        if link != "linked" and (not fields or (link == "orphan" and keeps_weight)):
            add(None, "link", *texts)

    def _catalog(self, course: Row) -> int:
        return self.d.masters[course["master_id"]]["catalog_id"]

    def _hindrance(
        self,
        course: Row,
        element: str,
        lock: str,
        what: Any,
        link: str | None,
        use: str | None,
        difference: str = "differs",
    ) -> str | None:
        """What keeps a locked push of everything from writing it, or None."""
        catalog, calendar = self._catalog(course), self.calendars[course["calendar_id"]]
        if (catalog, lock) not in self.locks:
            return "not_locked"
        if self.offers.get((calendar["school_id"], calendar["end_year"])) != catalog:
            return "not_reached"
        if not self.d.masters[course["master_id"]]["is_active"]:
            return "master_inactive"
        if course["ignore_master_push"]:
            return "ignore_master_push"
        verdict, reason = self.outcomes[course["course_id"], element, what]
        if verdict not in WRITES and difference != "rename":
            return reason or {"local": "course_managed"}[link]
        if verdict == "delete" and use == "unknown":
            return "use_unknown"
        return "summer" if calendar["is_summer"] else None


def locked_outcomes(tables: Tables) -> dict[tuple[int, str, Any], tuple[str, str | None]]:
    """What locked pushes of everything to every calendar make of each pair and field: (course, data type, row, key
    or field) → (verdict, reason). A row of the course by its id, one that the course lacks by its key."""
    found: dict[tuple[int, str, Any], tuple[str, str | None]] = {}
    for catalog, year in {(row["catalog_id"], row["end_year"]) for row in tables["catalog_school"]}:
        schools = {
            row["school_id"]
            for row in tables["catalog_school"]
            if (row["catalog_id"], row["end_year"]) == (catalog, year)
        }
        calendars = [
            row["calendar_id"]
            for row in tables["calendar"]
            if row["end_year"] == year and row["school_id"] in schools
        ]
        for row in oracle.plan_master_push(tables, catalog_id=catalog, year=year, calendars=calendars):
            what = row["row_id"] or row["key"] or row["field"]
            found[row["course_id"], row["element"], what] = (row["verdict"], row["reason"])
    return found
