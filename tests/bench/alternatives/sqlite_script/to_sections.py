"""Hop 2 for one course: from the course as hop 1 left it to its sections (RULES.md 5), in overwrite mode."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .pairing import CATEGORIES, Element, Row, TaskLists, Upper, blocked, free_names, pair
from .to_course import CourseLeft
from .work import Work
from .write import Writer

_NAME = CATEGORIES.at("name")

# One row a section of the course and term that it meets in; a section without any meets in all.
MEETS = """
select s.section_id, m.term_seq
from section as s
left join section_term as m on m.section_id = s.section_id
where s.course_id = ?
"""


def push_to_sections(
    writer: Writer,
    work: Work,
    course_id: int,
    terms: set[int],
    elements: list[Element],
    left: CourseLeft,
    task_lists: TaskLists,
) -> None:
    """Push the elements that go on to every section of one course."""
    meets: defaultdict[int, set[int | None]] = defaultdict(set)
    for section_id, term_seq in writer.connection.execute(MEETS, (course_id,)):
        meets[section_id].add(term_seq)
    for element in elements:
        upper = blocked(element, left.rows[element.name], left.post_only, terms, task_lists)
        present = writer.of_sections(element, course_id)
        changes = _Changes(writer, work, element)
        for section_id, met in meets.items():
            wanted = upper
            if element.terms and None not in met:
                idle = terms - met
                first = element.terms[0]
                wanted = [row for row in upper if row.values[first] not in idle]
            changes.find(section_id, wanted, present[section_id])
        changes.write()


class _Changes:
    """What one element's rows on the sections of one course become."""

    def __init__(self, writer: Writer, work: Work, element: Element) -> None:
        self.writer = writer
        self.work = work
        self.element = element
        self.updates: list[tuple[int, tuple[Any, ...]]] = []
        self.relinks: list[tuple[int, int, tuple[Any, ...]]] = []
        self.deletes: list[int] = []

    def write(self) -> None:
        self.writer.delete("section", self.element, self.deletes)
        self.writer.update("section", self.element, self.updates)
        self.writer.relink("section", self.element, self.relinks)

    def find(self, section_id: int, wanted: list[Upper], present: list[Row]) -> None:
        """Work out one section (RULES.md 5.1, overwrite)."""
        element = self.element
        pairs, extra = pair(element, wanted, present)
        wanted_ids = {upper.row_id for upper in wanted} if element.is_category else set()
        written: list[str] = []
        kept: list[Row] = []
        for upper, row, by_link in pairs:
            if row is None:
                if upper.spreads and not upper.is_unpushable:
                    self._insert(section_id, upper, written)
                continue
            # one of several categories with one parent counts as the teacher's own
            is_local = not by_link and (row.parent_row_id is None or row.parent_row_id in wanted_ids)
            if upper.is_unpushable:
                kept.append(row)
            elif is_local and self.work.uses(element, row, section_id):
                kept.append(row)  # in use: a category is renamed below, beside the one that is added
                if element.is_category:
                    self._insert(section_id, upper, written)
            elif not by_link:
                self.relinks.append((row.row_id, upper.row_id, upper.values))
                written.append(upper.values[_NAME])
            elif row.values != upper.values:
                self.updates.append((row.row_id, upper.values))
                written.append(upper.values[_NAME])
            else:
                kept.append(row)
        for row in extra:
            if self.work.uses(element, row, section_id):
                kept.append(row)
            else:
                self.deletes.append(row.row_id)
        if element.is_category and written:
            self._rename(set(map(element.key, ((name,) for name in written))), kept)

    def _insert(self, section_id: int, upper: Upper, written: list[str]) -> None:
        self.writer.insert_into_section(self.element, section_id, upper)
        written.append(upper.values[_NAME])

    def _rename(self, written: set[str], kept: list[Row]) -> None:
        """Keep category names unique: what stays makes way for what is pushed."""
        names = free_names(written, [row.values[_NAME] for row in kept])
        for row in kept if names else ():
            if row.values[_NAME] in names:
                values = (*row.values[:_NAME], names[row.values[_NAME]], *row.values[_NAME + 1 :])
                self.updates.append((row.row_id, values))
