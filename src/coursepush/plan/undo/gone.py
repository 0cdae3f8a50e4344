"""What pushes wrote and is no longer in the district: named by what it was called, instead of passed over."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.errors import counted, examples
from coursepush.model.tables import ATTRIBUTES
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session
from coursepush.store.templates import template

_LEVELS = {1: "course", 2: "section"}


def removed_names(session: Session) -> pl.DataFrame:
    """level, id, called: the courses and sections that refreshes took away and that are not back."""
    return session.frame("what was removed", template("coursepush.plan.undo", "removed_names"))


def gone_warning(session: Session, push_id: int, written: Sequence[tuple[int, str]]) -> list[PlanWarning]:
    """A warning of what the push wrote and left there, and is gone since: nothing of it is taken back.

    Args:
        written: hop and table of the rows that the push wrote.
    """
    rows = "\n    union all\n    ".join(
        f"select {hop} as hop, owner_id, owner_is_there from {table} "
        "where not is_there and was <> 'delete' and not is_written_since"
        for hop, table in written
    )
    fields = " + ".join(
        f"(h.before_{column.name} is distinct from h.after_{column.name})::integer" for column in ATTRIBUTES
    )
    found = session.rows(
        "gone since the push",
        template("coursepush.plan.undo", "gone").format_map({"rows": rows, "fields": fields, "push_id": push_id}),
    )
    if not found:
        return []
    called = {(level, int(id)): str(name) for level, id, name in removed_names(session).rows()}
    owners: list[str] = []
    standing = 0
    for hop, owner, is_there, number in found:
        if is_there:
            standing += int(number)
        else:
            level = _LEVELS[int(hop)]
            owners.append(called.get((level, int(owner)), f"{level} {owner}"))
    total = sum(int(row[-1]) for row in found)
    parts = [f"with {examples(owners)}, which the district no longer has"] if owners else []
    if standing:
        parts.append(f"{standing:,} of them" if owners else "from courses and sections that are there")
        parts[-1] += " from courses and sections that are there" if owners else ""
    were = "is" if total == 1 else "are"
    text = (
        f"{counted(total, 'row or field')} that push {push_id} wrote {were} no longer there: gone "
        f"{'; '.join(parts)}. Nothing of that is taken back."
    ).replace("row or fields", "rows or fields")
    return [PlanWarning("gone", text)]
