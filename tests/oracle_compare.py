"""Two plans compared in plain Python, from the rows that `plan.rows()` gives and what is `same` besides.

Shares no code with the package. A place is a row that is there, by its id; a row that is added, by its owner and
key (a category's without its case); a field of a course or section. What counts is what stands there afterwards:
the values, and the row above that it hangs on. That one is told by its id, or, where the push adds it on the
course as well, by the key that the two then share; an update or rename leaves the link as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

Row = dict[str, Any]
Place = tuple[Any, ...]
WRITES = ("insert", "update", "relink", "rename", "delete")
FIELDS = ("course_info", "advisory")


def is_written(row: Row) -> bool:
    return row["verdict"] in WRITES


def owner_of(row: Row) -> tuple[int, int]:
    return (row["hop"], row["course_id"] if row["hop"] == 1 else row["section_id"])


def key_of(row: Row) -> str | None:
    return row["key"].lower() if row["key"] is not None and row["element"] == "categories" else row["key"]


def place_of(row: Row) -> Place:
    if row["element"] in FIELDS:
        return (row["element"], *owner_of(row), "field", row["field"])
    if row["row_id"] is not None:
        return (row["element"], *owner_of(row), "row", row["row_id"])
    return (row["element"], *owner_of(row), "key", key_of(row))


def outcome_of(row: Row) -> tuple[Any, ...]:
    """What stands there after the push."""
    if row["verdict"] == "delete":
        return ("gone",)
    if row["verdict"] in ("insert", "relink"):
        return (row["after"], *wanted_of(row))
    return (row["after"], "link as it is")


def wanted_of(row: Row) -> tuple[str, Any]:
    """The row above that is pushed."""
    return ("new", key_of(row)) if row["parent_row_id"] is None else ("row", row["parent_row_id"])


def compare(first: list[Row], second: list[Row]) -> dict[Place, tuple[str, Row | None, Row | None]]:
    """(difference, the row of the first plan, of the second) of each place that either of them writes.

    `difference`: only_first, only_second, differs, or same. Rows that are not written are there where they speak
    of the place: the present row or field itself, or the row above that the other plan adds.
    """
    found: dict[Place, tuple[str, Row | None, Row | None]] = {}
    written = [{place_of(row): row for row in rows if is_written(row)} for rows in (first, second)]
    assert [len(one) for one in written] == [sum(map(is_written, rows)) for rows in (first, second)]
    left = [_unwritten(rows) for rows in (first, second)]
    for place in written[0] | written[1]:
        one, other = (rows.get(place) for rows in written)
        if one and other:
            kind = "same" if outcome_of(one) == outcome_of(other) else "differs"
            found[place] = (kind, one, other)
        elif one:
            found[place] = ("only_first", one, _said_by(left[1], place, one))
        elif other:
            found[place] = ("only_second", _said_by(left[0], place, other), other)
    return found


def counts(places: dict[Place, tuple[str, Row | None, Row | None]]) -> Counter[str]:
    return Counter(kind for kind, _, _ in places.values())


Said = tuple[dict[Place, Row], dict[Place, Row], list[Row]]


def _unwritten(rows: list[Row]) -> Said:
    """What a plan does not write: by place, by the row above, and what it skips whole."""
    plain = [row for row in rows if not is_written(row)]
    pairs = [row for row in plain if row["element"] != "*" and not _is_whole(row)]
    return (
        {place_of(row): row for row in pairs if row["row_id"] is not None or row["element"] in FIELDS},
        {
            (row["element"], *owner_of(row), *wanted_of(row)): row
            for row in pairs
            if row["element"] not in FIELDS and row["verdict"] == "skip"
        },
        [row for row in plain if row["element"] == "*" or _is_whole(row)],
    )


def _is_whole(row: Row) -> bool:
    return row["key"] is None and row["field"] is None and row["verdict"] == "skip"


def _said_by(left: Said, place: Place, written: Row) -> Row | None:
    """The row of a plan that does not write there, if it has one that says why."""
    by_place, by_wanted, whole = left
    if place in by_place:
        return by_place[place]
    if written["verdict"] == "insert":
        wanted = by_wanted.get((written["element"], *owner_of(written), *wanted_of(written)))
        if wanted is not None:
            return wanted
    element = "course_info" if written["element"] == "advisory" else written["element"]
    of_course = [row for row in whole if row["course_id"] == written["course_id"]]
    for row in sorted(of_course, key=lambda row: row["hop"]):
        if row["element"] in ("*", element) and row["hop"] <= written["hop"]:
            return row
    return None
