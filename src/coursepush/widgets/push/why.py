"""The why of a row that a reader chose in a list: the row of the plan it is, and the answer as HTML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_LABELS, WHOLE_COURSE
from coursepush.model.verdicts import VERDICT_LABELS, Verdict
from coursepush.widgets.look import drawn

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.plan.plan import Plan

_ELEMENTS = {label: name for name, label in ELEMENT_LABELS.items()}


def why_of_row(district: District, plan: Plan, row: dict[str, Any]) -> str:
    """Why `row`, of ``reports.push_result(plan)``, has its outcome in `plan`.

    Raises:
        RequestError: it has no setup row of its own to ask about.
    """
    element = _ELEMENTS[row["element"]]
    if element == WHOLE_COURSE:
        raise RequestError(f"This is about the whole course: {row['why']} {row['what_to_do']}")
    key = row["field"] if row["field"] is not None else _key(plan, element, row)
    section = None if row["section_id"] is None else int(row["section_id"])
    why = district.why(section, element, key, course=int(row["course_id"]), plan=plan)
    return drawn(why)


def _key(plan: Plan, element: str, row: dict[str, Any]) -> Any:
    """The business key of the plan's row that is told in `row`."""
    sections = None if row["section_id"] is None else int(row["section_id"])
    found = plan.rows(element=element, course=int(row["course_id"]), section=sections)
    same = [pl.col(name).eq_missing(pl.lit(row[name])) for name in ("row_id", "before", "after", "reason")]
    keys = found.filter(*same)["key"]
    if keys.is_empty():
        raise RequestError("This row is not in the plan any more. Preview again.")
    if row["verdict"] == VERDICT_LABELS[Verdict.RENAME]:  # it stands under its old name as yet
        return json.loads(row["before"])["name"]
    return json.loads(keys[0])
