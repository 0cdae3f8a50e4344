"""The tables of setup that pushes write: from their history, counted and checked against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coursepush.errors import ApplyError
from coursepush.model.elements import SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import image_columns
from coursepush.model.verdicts import Verdict
from coursepush.store.database import Session
from coursepush.store.templates import template

_UPDATING = (Verdict.UPDATE, Verdict.RELINK, Verdict.RENAME)


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A setup table that a push writes, on one hop, with the elements that share it."""

    hop: int
    name: str
    elements: tuple[SetupElement, ...]

    @property
    def family(self) -> str:
        return self.elements[0].family

    @property
    def images(self) -> list[str]:
        """The columns that the history keeps before and after."""
        return [column.name for column in image_columns(self.name)]


def written_tables() -> list[WrittenTable]:
    """Every setup table a push writes, in the order of a push."""
    found: list[WrittenTable] = []
    for hop, level in ((1, "course"), (2, "section")):
        families = dict.fromkeys(e.family for e in SETUP_ELEMENTS if hop == 1 or e.has_sections)
        for family in families:
            elements = tuple(e for e in SETUP_ELEMENTS if e.family == family)
            found.append(WrittenTable(hop, f"{level}_{family}", elements))
    return found


def write_history_rows(session: Session, table: WrittenTable, push_id: int, expected: Mapping[str, int]) -> None:
    """Write what the history of that push says to one table; `expected`: how many rows it has of each verdict."""
    push = {"push_id": push_id}
    images = table.images
    words = {
        "table": table.name,
        "sets": ", ".join(f"{name} = h.after_{name}" for name in images if name != "owner_id"),
        "names": ", ".join(images),
        "afters": ", ".join(f"after_{name}" for name in images),
        "updating": ", ".join(f"'{verdict}'" for verdict in _UPDATING),
    }
    for step, verdicts in (("delete", [Verdict.DELETE]), ("update", _UPDATING), ("insert", [Verdict.INSERT])):
        rows = sum(expected.get(verdict, 0) for verdict in verdicts)
        if rows:
            count_changed(session, f"{step} {table.name}", _template(f"{step}_rows").format_map(words), rows, push)
    check_written(session, table, push_id)


def was_used_sql(table: str, element: SetupElement) -> str:
    """Whether work was there already on a row that is added: an undo may then still take it away."""
    work = f"select 1 from {table} as w where w.owner_id = c.owner_id"
    if element.use is Use.TASK:
        return f"exists ({work} and w.task_id = c.a_task_id)"
    if element.use is Use.OPTION:
        return (
            f"exists ({work} and w.task_id = c.a_task_id and list_has_any(w.terms, "
            "range(least(c.a_cumulative_from_term_seq, c.a_term_seq), c.a_term_seq + 1)))"
        )
    if element.use is Use.COMPOSITE:
        return (
            f"(exists ({work} and w.task_id = c.a_task_id and list_contains(w.terms, c.a_term_seq)) or "
            f"exists ({work} and w.task_id = c.a_child_task_id and list_contains(w.terms, c.a_child_term_seq)))"
        )
    return "false"


def check_written(session: Session, table: WrittenTable, push_id: int) -> None:
    """What must hold afterwards: every row stands as planned, and no id or business key is there twice."""
    words = {
        "table": table.name,
        "differs": " or ".join(f"r.{name} is distinct from h.after_{name}" for name in table.images),
        "key": ", ".join("lower(name)" if name == "name" else name for name in table.elements[0].key),
        "owners": "select coalesce(after_owner_id, before_owner_id) "
        f"from push.history_{table.name} where push_id = $push_id",
    }
    sql = _template("check_rows").format_map(words)
    [(wrong, twice)] = session.rows(f"check {table.name}", sql, {"push_id": push_id})
    if wrong or twice:
        raise ApplyError(
            f"After writing {table.name}, {wrong:,} rows did not stand as planned and {twice:,} keys "
            "stood twice. Everything was rolled back; please report this with the plan's digest."
        )


def count_changed(
    session: Session, name: str, sql: str, expected: int, values: Mapping[str, Any] | None = None
) -> None:
    """Run a writing statement and check how many rows it changed."""
    changed = session.value(name, sql, values)
    if changed != expected:
        raise ApplyError(
            f"The step {name!r} changed {changed:,} rows where the plan has {expected:,}. Everything was rolled "
            "back; please report this with the plan's digest."
        )


def _template(name: str) -> str:
    return template("coursepush.apply", name)
