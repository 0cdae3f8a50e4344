"""Which tables of a district have rows at all: what it does not use needs no planning."""

from __future__ import annotations

from coursepush.model.elements import SETUP_ELEMENTS
from coursepush.model.tables import WORK_TABLES
from coursepush.plan.step import Made
from coursepush.store.session import Session

_TABLES = (
    *dict.fromkeys(
        element.table(level)
        for level in ("master", "course", "section")
        for element in SETUP_ELEMENTS
        if level != "section" or element.has_sections
    ),
    *WORK_TABLES,
)


def tables_with_rows(session: Session) -> Made:
    """The tables of setup and of students' work that are not empty, each with a 1."""
    looks = "\nunion all\n".join(f"(select '{table}' from {table} limit 1)" for table in _TABLES)
    return {str(table): 1 for (table,) in session.rows("tables in use", looks)}
