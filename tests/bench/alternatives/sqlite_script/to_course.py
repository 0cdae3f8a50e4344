"""Hop 1 for one course: from its course master (RULES.md 4), in overwrite mode."""

from __future__ import annotations

import sqlite3
from typing import Any

from .pairing import (
    ASSESSMENTS,
    CATEGORIES,
    COMPOSITES,
    OPTIONS,
    TASKS,
    Element,
    Pair,
    Row,
    TaskLists,
    Upper,
    blocked,
    free_names,
    pair,
)
from .work import Work
from .write import Writer

_WEIGHT = COMPOSITES.at("weight")
_CALC_TYPE, _OPTION_TASK = OPTIONS.at("calc_type"), OPTIONS.at("task_id")
_NAME = CATEGORIES.at("name")
_POST_ONLY = TASKS[0].at("is_post_only")
_TASK = TASKS[0].at("task_id")


class CourseLeft:
    """A course as hop 1 leaves it: each pushed element's rows, and which tasks it has (task → is it post-only)."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Upper]] = {}
        self.post_only: dict[int, bool] = {}


class CourseInfo:
    """Pushes attributes and district-defined fields (RULES.md 4.1) of whatever is locked."""

    def __init__(self, connection: sqlite3.Connection, attributes: list[str], custom_fields: list[str]) -> None:
        self._connection = connection
        self._attributes = attributes
        self._custom_fields = custom_fields

    def push(self, course_id: int, master_id: int, *, keep_number: bool) -> None:
        """Give a course its master's values, the number only where it stays unique."""
        fields = [field for field in self._attributes if not (keep_number and field == "number")]
        if fields:
            # a row that has them all already is not written again
            self._connection.execute(
                f"update course set ({', '.join(fields)}) = "
                f"(select {', '.join(fields)} from course_master where master_id = ?2) "
                "where course_id = ?1 and exists (select 1 from course_master as m where m.master_id = ?2 "
                f"and ({' or '.join(f'course.{field} is not m.{field}' for field in fields)}))",
                (course_id, master_id),
            )
        for field in self._custom_fields:
            self._push_custom(course_id, master_id, field)

    def _push_custom(self, course_id: int, master_id: int, field: str) -> None:
        sql = "select value from custom_field where level = ? and owner_id = ? and field = ?"
        wanted = self._connection.execute(sql, ("master", master_id, field)).fetchone()
        present = self._connection.execute(sql, ("course", course_id, field)).fetchone()
        value = wanted[0] if wanted else None  # no row is an empty field
        if value != (present[0] if present else None):
            self._connection.execute(
                "insert into custom_field (level, owner_id, field, value) values ('course', ?, ?, ?) "
                "on conflict (level, owner_id, field) do update set value = excluded.value",
                (course_id, field, value),
            )


def push_to_course(
    writer: Writer,
    work: Work,
    course_id: int,
    master_id: int,
    terms: set[int],
    locks: set[str],
    task_lists: TaskLists,
) -> CourseLeft:
    """Push every locked element to one course and write it; returns the course as its sections will see it."""
    left = CourseLeft()
    course = _Course(writer, work, course_id, master_id)
    _push_tasks(course, left, locks)
    for element in (ASSESSMENTS, CATEGORIES, COMPOSITES, OPTIONS):
        if element.name not in locks and not (element is COMPOSITES and "composite_weights" in locks):
            continue
        wanted = blocked(element, writer.of_master(element, master_id), left.post_only, terms, task_lists)
        pairs, extra = pair(element, wanted, writer.of_course(element, course_id))
        if element.name not in locks:
            course.update_weights(pairs)
            continue
        keeps_weight = element is COMPOSITES and "composite_weights" not in locks
        left.rows[element.name] = course.write(element, pairs, extra, keeps_weight=keeps_weight)
    return left


def _push_tasks(course: _Course, left: CourseLeft, locks: set[str]) -> None:
    """Tasks and standards: two elements in one table, whose new rows are numbered together."""
    missing: list[Upper] = []
    stay: list[Upper] = []
    for element in TASKS:
        present = course.writer.of_course(element, course.course_id)
        course.tasks.update(row.values[_TASK] for row in present)
        if element.name in locks:
            pairs, extra = pair(element, course.writer.of_master(element, course.master_id), present)
            missing += [upper for upper, row, _ in pairs if row is None]
            stay += course.write(element, [found for found in pairs if found.row], extra)
        else:
            stay += [Upper(row.row_id, row.values) for row in present]
    stay += course.writer.insert_into_course(TASKS[0], course.course_id, missing)
    left.post_only = {row.values[_TASK]: bool(row.values[_POST_ONLY]) for row in stay}


class _Course:
    """One course while it is written; `tasks` are those it had before the push."""

    def __init__(self, writer: Writer, work: Work, course_id: int, master_id: int) -> None:
        self.writer = writer
        self.work = work
        self.course_id = course_id
        self.master_id = master_id
        self.tasks: set[int] = set()

    def write(
        self, element: Element, pairs: list[Pair], extra: list[Row], *, keeps_weight: bool = False
    ) -> list[Upper]:
        """Write one element (RULES.md 4.2, overwrite); returns its rows as they are left.

        `keeps_weight`: the structure of composites is locked and their weights are not (4.4).
        """
        left: list[Upper] = []
        missing: list[Upper] = []
        updates: list[tuple[int, tuple[Any, ...]]] = []
        relinks: list[tuple[int, int, tuple[Any, ...]]] = []
        kept: list[tuple[Row, bool]] = []  # rows that this push does not write, and whether they spread
        for upper, row, by_link in pairs:
            if row is None:
                if not upper.is_unpushable:
                    missing.append(upper)
                continue
            values = upper.values
            if keeps_weight:
                values = (*values[:_WEIGHT], row.values[_WEIGHT])
            if upper.is_unpushable:
                kept.append((row, by_link or not self._is_orphan(element, row)))
            elif not by_link or row.is_link_broken:
                relinks.append((row.row_id, upper.row_id, values))
                left.append(Upper(row.row_id, values))
            elif values != row.values:
                updates.append((row.row_id, values))
                left.append(Upper(row.row_id, values))
            else:
                kept.append((row, True))
        deletes: list[int] = []
        for row in extra:
            if not self.work.uses(element, row, None):
                deletes.append(row.row_id)
            elif self._is_to_be_neutralised(element, row):
                values = (*row.values[:_CALC_TYPE], "none", *row.values[_CALC_TYPE + 1 :])
                updates.append((row.row_id, values))
                left.append(Upper(row.row_id, values, spreads=False))
            else:
                kept.append((row, False))  # residual
        renamed: dict[str, str] = {}
        if element is CATEGORIES:
            written = {element.key(row.values) for row in (*left, *missing)}
            renamed = free_names(written, [row.values[_NAME] for row, _ in kept])
        for row, spreads in kept:
            values = row.values
            if renamed and values[_NAME] in renamed:
                values = (*values[:_NAME], renamed[values[_NAME]], *values[_NAME + 1 :])
                updates.append((row.row_id, values))
            left.append(Upper(row.row_id, values, spreads=spreads))
        self.writer.delete("course", element, deletes)
        self.writer.update("course", element, updates)
        self.writer.relink("course", element, relinks)
        return left + self.writer.insert_into_course(element, self.course_id, missing)

    def update_weights(self, pairs: list[Pair]) -> None:
        """Composites whose weights alone are locked: linked rows take the weight (4.4)."""
        updates = [
            (row.row_id, upper.values)
            for upper, row, by_link in pairs
            if row and by_link and not (row.is_link_broken or upper.is_unpushable) and row.values != upper.values
        ]
        self.writer.update("course", COMPOSITES, updates)

    def _is_orphan(self, element: Element, row: Row) -> bool:
        """Whether a row's link points to nothing."""
        if row.parent_row_id is None or row.is_link_broken:
            return False
        return not self.writer.master_has(element, row.parent_row_id)

    def _is_to_be_neutralised(self, element: Element, row: Row) -> bool:
        """Whether a residual row is an orphan option that still calculates, on a residual task (4.2)."""
        if element is not OPTIONS or row.values[_CALC_TYPE] == "none" or not self._is_orphan(element, row):
            return False
        task = row.values[_OPTION_TASK]
        if task not in self.tasks or not self.work.uses_task(task):
            return False
        masters = (self.writer.of_master(tasks, self.master_id) for tasks in TASKS)
        return all(upper.values[_TASK] != task for rows in masters for upper in rows)
