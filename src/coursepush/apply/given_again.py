"""Ids that are given again: the row that had one before must not be taken for the one that gets it.

The history holds on to owner and business key. It names a row by the id under which it stands, and one that is
gone by the id that it had, as long as that is nobody else's; from then on by an id below zero, which no row has.
"""

from __future__ import annotations

from coursepush.model.tables import SETUP_KEYS
from coursepush.store.database import Session
from coursepush.store.templates import template

_LOWER = {"course": "section"}


def let_go_of_ids(session: Session, table: str, push_id: int) -> None:
    """Let the history of rows that are gone not be taken for that of the rows which are about to get their ids.

    Args:
        push_id: the push whose history says what is to be added, and whose rows are not added yet.
    """
    level, _, family = table.partition("_")
    made = f"temp.main.ids_given_again_{table}"
    push = {"push_id": push_id}
    words = {"made": made, "table": table, "same_key": _same_key(family)}
    session.run(
        f"ids given again.{table}", template("coursepush.apply", "ids_given_again").format_map(words), push
    )
    if session.value(f"count ids given again of {table}", f"select count(*) from {made}"):
        session.run(
            f"let go of ids in {table}",
            # one row an earlier push wrote, whose row is gone and whose id is given again
            f"update push.history_{table} as h set row_id = g.new_id from {made} as g "
            "where g.old_id = h.row_id and h.push_id < $push_id",
            push,
        )
        if level in _LOWER and family in ("category", "grade_calc", "composite"):
            for when in ("before", "after"):
                session.run(
                    f"let go of links to {table}",
                    # one row an earlier push wrote under such a row
                    f"update push.history_{_LOWER[level]}_{family} as h set {when}_parent_row_id = g.new_id "
                    f"from {made} as g where g.old_id = h.{when}_parent_row_id and h.push_id < $push_id",
                    push,
                )
    session.run(f"drop ids given again of {table}", f"drop table {made}")


def _same_key(family: str) -> str:
    tests: list[str] = []
    for name in SETUP_KEYS[family]:
        was, now = f"coalesce(last.after_{name}, last.before_{name})", f"h.after_{name}"
        tests.append(f"lower({was}) = lower({now})" if name == "name" else f"{was} = {now}")
    return " and ".join(tests)
