"""The why of a row that a reader chose in a list: the row of the plan it is, and the answer as HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_LABELS, WHOLE_COURSE
from coursepush.model.verdicts import VERDICT_LABELS, Verdict
from coursepush.widgets.look import drawn
from coursepush.widgets.tables import Row

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.widgets.push.state import Preview

_ELEMENTS = {label: name for name, label in ELEMENT_LABELS.items()}


def why_of_row(district: District, preview: Preview, row: Row) -> str:
    """Why `row`, of a preview's rows, has its outcome.

    Raises:
        RequestError: it is of a whole course or of all rows of a data type, and none of its own.
    """
    element = _ELEMENTS[row["element"]]
    if element == WHOLE_COURSE:
        raise RequestError(f"This is about the whole course: {_told(row)}")
    key = row["field"] if row["field"] is not None else _key(preview, element, row)
    section = None if row["section_id"] is None else int(row["section_id"])
    return drawn(district.why(section, element, key, course=int(row["course_id"]), plan=preview.plan))


def _key(preview: Preview, element: str, row: Row) -> Any:
    """The business key of the plan's row that is told in `row`.

    Rows that are not there and are not made (options that fail, say) differ by their keys alone: both lists have
    them in the order of these.
    """
    section = None if row["section_id"] is None else int(row["section_id"])
    found = preview.plan.rows(element=element, course=int(row["course_id"]), section=section)
    if section is None:
        found = found.filter(pl.col("section_id").is_null())
    told = [name for name in ("course_id", "section_id", "outcome", "element", "verdict") if row[name] is not None]
    twins = preview.rows.filter(*_same(row, _TOLD_APART), *_same(row, told))
    keys = found.filter(*_same(row, _TOLD_APART)).sort("key", nulls_last=False)["key"]
    place = twins["what"].to_list().index(row["what"])
    if place >= len(keys):
        raise RequestError("This row is not in the plan any more. Preview again.")
    if keys[place] is None:
        raise RequestError(f"This is about all {row['element']}: {_told(row)}")
    if row["verdict"] == VERDICT_LABELS[Verdict.RENAME]:  # it stands under its old name as yet
        return json.loads(row["before"])["name"]
    return json.loads(keys[place])


_TOLD_APART = ("row_id", "before", "after", "reason")


def _same(row: Row, names: Sequence[str]) -> list[pl.Expr]:
    return [pl.col(name).eq_missing(pl.lit(row[name])) for name in names]


def _told(row: Row) -> str:
    return " ".join(row[name] for name in ("why", "what_to_do") if row[name])
