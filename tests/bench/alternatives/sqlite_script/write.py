"""Reading and writing setup rows, and the ids of new ones."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from .pairing import ASSESSMENTS, CATEGORIES, COMPOSITES, OPTIONS, TASKS, TO_SECTIONS, Element, Row, Upper

_FAMILIES = (TASKS[0], ASSESSMENTS, CATEGORIES, COMPOSITES, OPTIONS)


class Writer:
    """Writes the rows of courses and sections; new rows of a table count upward from `_next`, per table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._next = {f"course_{element.family}": self._above_course(element) for element in _FAMILIES}
        self._next |= {f"section_{element.family}": self._above_section(element) for element in TO_SECTIONS}
        self._masters: dict[tuple[str, int], list[Upper]] = {}
        # section_<family> rows to add, kept until all are known: they are numbered in order of section
        self._added: defaultdict[str, list[tuple[int, Any, int, tuple[Any, ...]]]] = defaultdict(list)

    def _above_course(self, element: Element) -> int:
        """The id above the largest of a course's table in use or pointed to."""
        sql = f"select max(row_id) from course_{element.family}"
        if element in TO_SECTIONS:
            sql += f" union all select max(parent_row_id) from section_{element.family}"
        return self._above(sql)

    def _above_section(self, element: Element) -> int:
        """The id above the largest of a section's table in use or pointed to."""
        sql = f"select max(row_id) from section_{element.family}"
        if element is CATEGORIES:
            sql += " union all select max(category_row_id) from assignment"
        return self._above(sql)

    def _above(self, sql: str) -> int:
        largest = (row_id for (row_id,) in self.connection.execute(sql) if row_id is not None)
        return max(largest, default=0) + 1

    # -- reading -------------------------------------------------------------------------------------

    def of_master(self, element: Element, master_id: int) -> list[Upper]:
        """A course master's rows; they are read once, however many courses the master has."""
        rows = self._masters.get((element.name, master_id))
        if rows is None:
            columns = ", ".join(f"r.{column}" for column in element.columns)
            sql = f"select r.row_id, {columns} from master_{element.family} as r"
            found = self.connection.execute(f"{sql}{_that_kind(element)} where r.owner_id = ?", (master_id,))
            rows = self._masters[element.name, master_id] = [Upper(row[0], row[1:]) for row in found]
        return rows

    def of_course(self, element: Element, course_id: int) -> list[Row]:
        """A course's rows."""
        columns = ", ".join(f"r.{column}" for column in element.columns)
        sql = f"select r.row_id, r.parent_row_id, r.is_link_broken, {columns} from course_{element.family} as r"
        found = self.connection.execute(f"{sql}{_that_kind(element)} where r.owner_id = ?", (course_id,))
        return [Row(row[0], row[1], bool(row[2]), row[3:]) for row in found]

    def of_sections(self, element: Element, course_id: int) -> defaultdict[int, list[Row]]:
        """The rows of each of a course's sections."""
        columns = ", ".join(f"r.{column}" for column in element.columns)
        found = self.connection.execute(
            f"select r.owner_id, r.row_id, r.parent_row_id, {columns} from section as s "
            f"join section_{element.family} as r on r.owner_id = s.section_id where s.course_id = ?",
            (course_id,),
        )
        rows: defaultdict[int, list[Row]] = defaultdict(list)
        for row in found:
            rows[row[0]].append(Row(row[1], row[2], False, row[3:]))
        return rows

    def master_has(self, element: Element, row_id: int) -> bool:
        """Whether any course master has a row of this id."""
        sql = f"select 1 from master_{element.family} where row_id = ?"
        return self.connection.execute(sql, (row_id,)).fetchone() is not None

    # -- writing -------------------------------------------------------------------------------------

    def insert_into_course(self, element: Element, course_id: int, missing: Iterable[Upper]) -> list[Upper]:
        """Add rows to a course in order of key; returns them as sections will see them."""
        added: list[Upper] = []
        rows: list[tuple[Any, ...]] = []
        row_id = self._next[f"course_{element.family}"]
        for upper in sorted(missing, key=lambda upper: element.key(upper.values)):
            rows.append((row_id, course_id, upper.row_id, 0, *upper.values))
            added.append(Upper(row_id, upper.values))
            row_id += 1
        self._next[f"course_{element.family}"] = row_id
        self._insert(f"course_{element.family}", rows)
        return added

    def insert_into_section(self, element: Element, section_id: int, upper: Upper) -> None:
        """Take down a row to add to a section once all sections are worked out."""
        key = element.key(upper.values)
        self._added[element.family].append((section_id, key, upper.row_id, upper.values))

    def insert_into_sections(self) -> None:
        """Add what was taken down, numbered in order of section and key."""
        for element in TO_SECTIONS:
            table = f"section_{element.family}"
            added = sorted(self._added[element.family], key=lambda row: row[:2])
            rows = [
                (row_id, section_id, parent_row_id, *values)
                for row_id, (section_id, _, parent_row_id, values) in enumerate(added, self._next[table])
            ]
            self._insert(table, rows)

    def update(self, level: str, element: Element, rows: list[tuple[int, tuple[Any, ...]]]) -> None:
        """Give rows (by id) new values; their links stay."""
        if rows:
            sets = ", ".join(f"{column} = ?" for column in element.columns)
            sql = f"update {level}_{element.family} set {sets} where row_id = ?"
            self.connection.executemany(sql, [(*values, row_id) for row_id, values in rows])

    def relink(self, level: str, element: Element, rows: list[tuple[int, int, tuple[Any, ...]]]) -> None:
        """Link rows (by id) to the row above (by id) and give them its values."""
        if rows:
            sets = "".join(f", {column} = ?" for column in element.columns)
            sets += ", is_link_broken = false" * (level == "course")
            sql = f"update {level}_{element.family} set parent_row_id = ?{sets} where row_id = ?"
            self.connection.executemany(sql, [(parent, *values, row_id) for row_id, parent, values in rows])

    def delete(self, level: str, element: Element, row_ids: list[int]) -> None:
        """Remove rows by id."""
        if row_ids:
            sql = f"delete from {level}_{element.family} where row_id = ?"
            self.connection.executemany(sql, [(row_id,) for row_id in row_ids])

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            sql = f"insert into {table} values ({', '.join('?' * len(rows[0]))})"
            self.connection.executemany(sql, rows)


def _that_kind(element: Element) -> str:
    """Tasks and standards share a table."""
    if element.is_standard is None:
        return ""
    return f" join grading_task as t on t.task_id = r.task_id and t.is_standard = {element.is_standard}"
