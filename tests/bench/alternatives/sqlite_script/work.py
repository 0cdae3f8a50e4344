"""What students' work uses of one course and its sections (RULES.md 2), looked up when first asked for."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from functools import cached_property

from .pairing import CATEGORIES, COMPOSITES, OPTIONS, Element, Row

# One row a section of the course, task and term with work on it.
WORK = """
select a.section_id, t.task_id, t.term_seq
from section as s
join assignment as a on a.section_id = s.section_id
join assignment_task as t on t.assignment_id = a.assignment_id
where s.course_id = ?1
    and (a.is_active or exists (select 1 from score as x where x.assignment_id = a.assignment_id))
union
select g.section_id, g.task_id, g.term_seq
from section as s
join posted_grade as g on g.section_id = s.section_id
where s.course_id = ?1 and (g.mark is not null or g.percent is not null or g.comment is not null)
"""

# One row a category of the course's sections that has an assignment, active or not, with the row it came from.
FILLED = """
select k.row_id, k.parent_row_id
from section as s
join section_category as k on k.owner_id = s.section_id
where s.course_id = ? and exists (select 1 from assignment as a where a.category_row_id = k.row_id)
"""

_TASK, _TERM, _SINCE = (OPTIONS.at(column) for column in ("task_id", "term_seq", "cumulative_from_term_seq"))
_PARENT_TASK, _PARENT_TERM, _CHILD_TASK, _CHILD_TERM = (
    COMPOSITES.at(column) for column in ("task_id", "term_seq", "child_task_id", "child_term_seq")
)


class Work:
    """The work of one course, as it stands before the push."""

    def __init__(self, connection: sqlite3.Connection, course_id: int) -> None:
        self._connection = connection
        self._course_id = course_id

    def uses(self, element: Element, row: Row, section_id: int | None) -> bool:
        """Whether work uses a row, on one section or (None) on any of the course's."""
        if element is CATEGORIES:
            return row.row_id in (self._filled if section_id else self._filled_below)
        values = row.values
        if element.family == "task":
            return values[0] in self._tasks
        work = self._by_section[section_id] if section_id else self._anywhere
        if element is OPTIONS:
            task, term, since = values[_TASK], values[_TERM], values[_SINCE]
            first = term if since is None else min(since, term)
            return any((task, at) in work for at in range(first, term + 1))
        if element is COMPOSITES:
            parent = (values[_PARENT_TASK], values[_PARENT_TERM])
            return parent in work or (values[_CHILD_TASK], values[_CHILD_TERM]) in work
        return False  # an assessment is never used

    def uses_task(self, task_id: int) -> bool:
        """Whether there is work on a task in any section and term."""
        return task_id in self._tasks

    @cached_property
    def _by_section(self) -> defaultdict[int, set[tuple[int, int]]]:
        found: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
        for section_id, task_id, term_seq in self._connection.execute(WORK, (self._course_id,)):
            found[section_id].add((task_id, term_seq))
        return found

    @cached_property
    def _anywhere(self) -> set[tuple[int, int]]:
        return set().union(*self._by_section.values())

    @cached_property
    def _tasks(self) -> set[int]:
        return {task_id for task_id, _ in self._anywhere}

    @cached_property
    def _categories(self) -> list[tuple[int, int | None]]:
        return self._connection.execute(FILLED, (self._course_id,)).fetchall()

    @cached_property
    def _filled(self) -> set[int]:
        return {row_id for row_id, _ in self._categories}

    @cached_property
    def _filled_below(self) -> set[int | None]:
        return {parent_row_id for _, parent_row_id in self._categories}
