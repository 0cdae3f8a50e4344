"""The order of a push: what is in scope, the courses element by element, then the sections."""

from __future__ import annotations

import pandas as pd

from coursepush.model.tables import ATTRIBUTES

from .attributes import push_advisory, push_attributes, push_custom_fields
from .elements import (
    Pushed,
    key_columns,
    push_to_courses,
    push_to_sections,
    push_weights_to_courses,
    pushable,
    value_columns,
    with_key,
)
from .frames import Frames, State
from .pairing import is_in
from .work import Work

LOCKS = {
    "assessment": "assessments",
    "category": "categories",
    "composite": "composite_grades",
    "grade_calc": "grade_calc_options",
}
"""Families with one lock, in the order of a push."""

CUSTOM = "course_info.custom."


def push(state: State, *, catalog: str, year: int) -> None:
    """Push All Course Masters of a catalog in a year: overwrite, to sections, all data, blanks too.

    The tables are exchanged at the end, all at once.
    """
    state.tables |= _Push(state.tables, catalog, year).tables_after()


class _Push:
    """One push over the tables `before`; `after` has the tables that it made anew."""

    def __init__(self, tables: Frames, catalog: str, year: int) -> None:
        self.before = tables
        self.after: Frames = {}
        catalogs = tables["catalog"]
        catalog_id = catalogs.loc[catalogs["name"] == catalog, "catalog_id"].item()
        locks = tables["catalog_lock"]
        self.locks = set(locks.loc[locks["catalog_id"] == catalog_id, "lock"])
        self.target = _courses_in_scope(tables, catalog_id, year)
        section = tables["section"][["section_id", "course_id"]]
        self.sections = section.merge(self.target, on="course_id")
        self.work = Work.of(tables, section[section["course_id"].isin(self.target["course_id"])])

    def tables_after(self) -> Frames:
        self._push_course_info()
        self._push_tasks()
        reached = self.sections[~self.sections["is_cross_site"]]
        for family, lock in LOCKS.items():
            if lock in self.locks:
                left = self._push_family(family)
                if family != "assessment":
                    self._push_family_on(family, left, reached)
            elif family == "composite" and "composite_weights" in self.locks:
                pushed = push_weights_to_courses(self._wanted(family), self._present("course", family))
                self._write("course", family, pushed)
        if "course_info.is_advisory" in self.locks:
            self.after["section"] = push_advisory(self.before["section"], self.after["course"], reached)
        return self.after

    # -- hop 1 ---------------------------------------------------------------------------------------

    def _push_course_info(self) -> None:
        fields = [column.name for column in ATTRIBUTES if f"course_info.{column.name}" in self.locks]
        self.after["course"] = push_attributes(self.before, self.target, fields)
        custom = sorted(lock.removeprefix(CUSTOM) for lock in self.locks if lock.startswith(CUSTOM))
        self.after["custom_field"] = push_custom_fields(self.before, self.target, custom)

    def _push_tasks(self) -> None:
        """Tasks and standards share a table: only the kinds that are locked are pushed, in one go."""
        bank = self.before["grading_task"]
        kinds = [kind for kind, lock in ((False, "grading_tasks"), (True, "standards")) if lock in self.locks]
        pushed_tasks = bank.loc[bank["is_standard"].isin(kinds), "task_id"]
        wanted = self._of_masters("task").assign(spreads=True, is_unpushable=False)
        present = self._present("course", "task")
        self.tasks_before = present[["owner_id", "task_id"]]
        pushed = push_to_courses(
            "task",
            wanted[wanted["task_id"].isin(pushed_tasks)],
            present[present["task_id"].isin(pushed_tasks)],
            self.work,
            self.before["master_task"]["row_id"],
            None,
        )
        self._write("course", "task", pushed)
        course_task = self.after["course_task"]
        of_target = course_task[course_task["owner_id"].isin(self.target["course_id"])]
        self.tasks = of_target[["owner_id", "task_id", "is_post_only"]].rename(columns={"owner_id": "course_id"})

    def _push_family(self, family: str) -> pd.DataFrame:
        """Push one family to the courses; returns their rows as sections will see them."""
        pushed = push_to_courses(
            family,
            self._wanted(family),
            self._present("course", family),
            self.work,
            self.before[f"master_{family}"]["row_id"],
            self._residual_tasks() if family == "grade_calc" else None,
            keeps_weight=family == "composite" and "composite_weights" not in self.locks,
        )
        added = self._write("course", family, pushed)
        columns = ["row_id", "owner_id", "spreads", *value_columns(family)]
        return pd.concat([pushed.rows[columns], added.assign(spreads=True)[columns]], ignore_index=True)

    def _wanted(self, family: str) -> pd.DataFrame:
        """One row a course and row of its master, as the course is to have it."""
        upper = pushable(family, self._of_masters(family), self.tasks, self.before["term"])
        return with_key(family, upper.assign(spreads=True))

    def _of_masters(self, family: str) -> pd.DataFrame:
        """One row a course and row of its master."""
        rows = self.before[f"master_{family}"].rename(columns={"row_id": "upper_row_id", "owner_id": "master_id"})
        courses = self.target[["course_id", "calendar_id", "master_id"]]
        return courses.merge(rows, on="master_id").assign(owner_id=lambda upper: upper["course_id"])

    def _residual_tasks(self) -> pd.DataFrame:
        """Tasks that were on a course, are not on its master, and are used (RULES.md 4.2)."""
        tasks = self.tasks_before
        mastered = self._of_masters("task")
        stray = ~is_in(tasks, ["owner_id", "task_id"], mastered, ["course_id", "task_id"])
        stray &= self.work.uses("task", tasks, on_sections=False)
        return tasks[stray].rename(columns={"owner_id": "course_id"})

    # -- hop 2 ---------------------------------------------------------------------------------------

    def _push_family_on(self, family: str, left: pd.DataFrame, reached: pd.DataFrame) -> None:
        """Push one family from the courses on to their sections."""
        left = left.rename(columns={"row_id": "upper_row_id", "owner_id": "course_id"})
        left = left.merge(self.target[["course_id", "calendar_id"]], on="course_id")
        upper = with_key(family, pushable(family, left, self.tasks, self.before["term"]))
        wanted = reached[["section_id", "course_id"]].merge(upper, on="course_id")
        wanted = wanted.rename(columns={"section_id": "owner_id"})
        if family in ("composite", "grade_calc"):
            wanted = wanted[~self._is_idle(wanted)]
        present = self._present("section", family)
        present = present[present["owner_id"].isin(reached["section_id"])]
        self._write("section", family, push_to_sections(family, wanted, present, self.work))

    def _is_idle(self, wanted: pd.DataFrame) -> pd.Series[bool]:
        """Which rows are for a term of the calendar in which the section does not meet (RULES.md 5.1)."""
        meets = self.before["section_term"]
        idle = wanted["owner_id"].isin(meets["section_id"])  # the others meet in all terms
        some = wanted[idle]
        is_term = is_in(some, ["calendar_id", "term_seq"], self.before["term"], ["calendar_id", "term_seq"])
        idle.loc[some.index] = is_term & ~is_in(some, ["owner_id", "term_seq"], meets, ["section_id", "term_seq"])
        return idle

    # -- tables --------------------------------------------------------------------------------------

    def _present(self, level: str, family: str) -> pd.DataFrame:
        """The rows of the courses worked on, or of their sections."""
        table = self.before[f"{level}_{family}"]
        owners = self.target["course_id"] if level == "course" else self.sections["section_id"]
        return with_key(family, table[table["owner_id"].isin(owners)].reset_index(drop=True))

    def _write(self, level: str, family: str, pushed: Pushed) -> pd.DataFrame:
        """Make a table anew; returns the rows that were added, with their ids."""
        name = f"{level}_{family}"
        table, added = pushed.written_into(self.before[name], self._next_id(level, family), key_columns(family))
        self.after[name] = table
        return added

    def _next_id(self, level: str, family: str) -> int:
        """The id above the largest in use or pointed to."""
        ids = [self.before[f"{level}_{family}"]["row_id"].max()]
        if level == "course" and f"section_{family}" in self.before:
            ids.append(self.before[f"section_{family}"]["parent_row_id"].max())
        if (level, family) == ("section", "category"):
            ids.append(self.before["assignment"]["category_row_id"].max())
        return max((int(row_id) for row_id in ids if pd.notna(row_id)), default=0) + 1


def _courses_in_scope(tables: Frames, catalog_id: int, year: int) -> pd.DataFrame:
    """course_id, calendar_id, master_id, is_cross_site of the courses that the push works on (RULES.md 1)."""
    offers = tables["catalog_school"]
    offers = offers[(offers["catalog_id"] == catalog_id) & (offers["end_year"] == year)]
    calendar = tables["calendar"]
    chosen = calendar[
        calendar["school_id"].isin(offers["school_id"]) & (calendar["end_year"] == year) & ~calendar["is_summer"]
    ]
    master = tables["course_master"]
    active = master.loc[(master["catalog_id"] == catalog_id) & master["is_active"], "master_id"]
    course = tables["course"]
    course = course[
        course["calendar_id"].isin(chosen["calendar_id"])
        & course["master_id"].isin(active)
        & ~course["ignore_master_push"]
    ]
    columns = ["course_id", "calendar_id", "master_id", "is_cross_site"]
    return course[columns].astype({"master_id": "int64"}).reset_index(drop=True)
