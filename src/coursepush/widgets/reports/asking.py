"""What can be asked of a row that a reader chose: why it is so, its push, its course's audit; each is a call."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coursepush.errors import RequestError
from coursepush.model.elements import ADVISORY, COURSE_INFO, ELEMENT_LABELS, ELEMENTS_BY_NAME, WHOLE_COURSE
from coursepush.widgets.calls import call_text
from coursepush.widgets.reports.told import TOLD_APART

if TYPE_CHECKING:
    import polars as pl

    from coursepush.district import District
    from coursepush.plan.request import Name
    from coursepush.reports.why.why import Why

Row = dict[str, Any]

_ELEMENTS = {label: name for name, label in ELEMENT_LABELS.items()}
_ASK_INSTEAD = {
    "course_status": "This line is of a whole course, and why is asked of one category, task or field. Click "
    "Course Audit of this course: it lists every difference, and each can be asked why.",
    "master_awaiting_push": "This line is of a course master and all of its courses, and why is asked of one "
    "course or section. Narrow Course Audit to this course master to see its courses one by one.",
    "rehearsal": "This line is of a situation, or of one of its steps. Choose a situation above to rehearse it; "
    "Push result and Course Audit list rows, and each can be asked why.",
    "cascade": "This line counts courses or sections. Course Audit and Residual Data list what is on them.",
}
"""Reports whose rows have no why of their own, and what to ask."""


@dataclass(frozen=True, slots=True)
class WhyCall:
    """One call of ``district.why``."""

    args: tuple[Any, ...]
    given: dict[str, Any]

    def ask(self, district: District) -> Why:
        return district.why(*self.args, **self.given)

    def code(self) -> str:
        return call_text("district.why", self.args, self.given)


_ASK_AUDIT = "Course Audit of the course lists its rows, and each can be asked why."


def ask_instead(report: str, row: Row) -> str:
    """What to ask instead of why `row`, of a report of that name, is as it is; empty where that can be asked."""
    if report in _ASK_INSTEAD:
        return _ASK_INSTEAD[report]
    if row["element"] in (WHOLE_COURSE, ELEMENT_LABELS[WHOLE_COURSE]):
        return f"This is about the whole course: {_told(row)}"
    return ""


def _told(row: Row) -> str:
    """What the report itself says of the row."""
    return " ".join(row[name] for name in ("why", "what_to_do") if row[name])


def why_call(district: District, report: str, row: Row, push_id: int | None) -> WhyCall:
    """The question why `row`, of a report of that name, is as it is; one that :func:`ask_instead` lets pass.

    Args:
        push_id: of a push result, the push.

    Raises:
        RequestError: the row is no longer there, or it stands for all rows of its data type.
    """
    element: str = _ELEMENTS.get(row["element"]) or row["element"]
    key = _key(district, report, element, row, push_id)
    if key is None:
        raise RequestError(f"This is about all {ELEMENT_LABELS[element]}: {_told(row)} {_ASK_AUDIT}")
    if row.get("section_id") is not None:
        return WhyCall((row["section_id"], element, key), {})
    return WhyCall((), {"course": row["course_id"], "element": element, "key": key})


def _key(district: District, report: str, element: str, row: Row, push_id: int | None) -> Any:
    """Which field, or which row of the data type."""
    if element in (COURSE_INFO, ADVISORY):
        return row["field"]
    if report == "residual":
        return _standing_key(district, element, row)
    if report == "push_result":
        return _pushed_key(district, element, row, push_id)
    return _as_written(element, row["key"])


def _as_written(element: str, key: str) -> Any:
    """The key as people write it: a category's name, a task's id, or all of its columns."""
    told = json.loads(key)
    return (
        next(iter(told.values())) if len(told) == 1 else {one: told[one] for one in ELEMENTS_BY_NAME[element].key}
    )


def _standing_key(district: District, element: str, row: Row) -> Any:
    spec = ELEMENTS_BY_NAME[element]
    found = district.sql(
        f"select {', '.join(spec.key)} from {spec.table(row['level'])} where row_id = $row_id",
        {"row_id": row["row_id"]},
    )
    if found.is_empty():
        raise RequestError("This row is no longer there. Show the report again.")
    key = found.row(0, named=True)
    return key[spec.key[0]] if len(key) == 1 else key


def _pushed_key(district: District, element: str, row: Row, push_id: int | None) -> Any:
    """From the history: the row may have gone with the push, and its name may be another since."""
    same = " ".join(f"and {name} is not distinct from ${name}" for name in TOLD_APART)
    given = {name: row[name] for name in (*TOLD_APART, "code", "twin")}
    found = district.sql(
        "select key from push.history_row where push_id = $push_id and element = $element and verdict = $code "
        f"{same} order by key nulls first limit 1 offset $twin",
        {**given, "push_id": push_id, "element": element},
    )
    if found.is_empty():
        raise RequestError("The history has no row like this one. Show the report again.")
    return None if found["key"][0] is None else _as_written(element, found["key"][0])


def push_of_master(district: District, row: Row) -> dict[str, Any]:
    """The choices of *Push to Courses* of a row's course master."""
    found = district.sql(
        "select m.number, c.catalog_id as id, c.name, (select count(*) from catalog as o where o.name = c.name) "
        "as called from course_master as m join catalog as c on c.catalog_id = m.catalog_id "
        "where m.master_id = $id",
        {"id": row["master_id"]},
    )
    if found.is_empty():
        raise RequestError("This course master is no longer there. Show the report again.")
    number, catalog = _number_and_place(found)
    return {"catalog": catalog, "year": row["year"], "masters": number or row["master_id"]}


def push_of_course(district: District, row: Row) -> dict[str, Any]:
    """The choices of *Push to Sections* of a row's course."""
    found = district.sql(
        "select m.number, c.calendar_id as id, c.name, (select count(*) from calendar as o where o.name = c.name) "
        "as called from course as m join calendar as c on c.calendar_id = m.calendar_id where m.course_id = $id",
        {"id": row["course_id"]},
    )
    if found.is_empty():
        raise RequestError("This course is no longer there. Show the report again.")
    number, calendar = _number_and_place(found)
    return {"calendar": calendar, "courses": number or row["course_id"]}


def _number_and_place(found: pl.DataFrame) -> tuple[str | None, Name]:
    """The number, and the catalog or calendar by its name, or by its id where the name is not unique."""
    one = found.row(0, named=True)
    return one["number"], one["name"] if one["called"] == 1 else one["id"]
