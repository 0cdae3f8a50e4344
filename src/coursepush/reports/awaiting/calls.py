"""The pushes that would write what a report of what awaits a push lists, as calls that plan them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coursepush.model.elements import COURSE_PUSH_DATA, MASTER_PUSH_DATA
from coursepush.plan.request import Name, as_list, name_of
from coursepush.reports.awaiting.steps import ASKED, Standing
from coursepush.reports.filters import Given, Names

_TASKS = ("grading_tasks", "standards")


def master_calls(found: Standing, given: Given, data: Sequence[str]) -> list[str]:
    """A call of ``district.plan_master_push`` a catalog and year, which plans what the report lists of it.

    Only what the report was narrowed by narrows the push: calendars (those of a school too), course masters,
    courses, and data types. `data`: the data types that are listed.
    """
    calls: list[str] = []
    for row in _pushes(found, 1):
        more: dict[str, Any] = {"year": row["year"]}
        if given.calendar is not None or given.school is not None:
            more["calendars"] = _all(row["calendars"], row["calendar_ids"])
        if given.master is not None:
            more["masters"] = _as_given(given.master, "course master", row["master_ids"], row["masters"])
        if given.course is not None:
            more["courses"] = _as_given(given.course, "course", row["course_ids"], row["courses"])
        if len(data) < len(MASTER_PUSH_DATA):
            more["data"] = list(data)
        calls.append(_call("plan_master_push", row, more))
    return calls


def course_calls(found: Standing, given: Given) -> list[str]:
    """A call of ``district.plan_course_push`` a calendar, which plans what the report lists of it.

    Courses are named where the report has not all of the calendar's, sections where it was narrowed to some or to
    teachers, data types where it was narrowed to some.
    """
    calls: list[str] = []
    for row in _pushes(found, 2):
        more: dict[str, Any] = {}
        if row["is_part"] or given.course is not None or given.master is not None:
            more["courses"] = _all(row["courses"], row["course_ids"])
        if given.teacher is not None:
            more["sections"] = row["section_ids"]
        elif given.section is not None:
            more["sections"] = _as_given(given.section, "section", row["section_ids"], row["sections"])
        if found.filters.elements is not None:
            more["data"] = [name for name in COURSE_PUSH_DATA if name in found.filters.elements]
        calls.append(_call("plan_course_push", row, more))
    return calls


def master_call_notes(found: Standing, given: Given, data: Sequence[str]) -> list[str]:
    """Where a push of a part comes to something else than that part of the whole push, as sentences.

    The report lists rows of the whole push. What these sentences name is judged by what goes along with it.
    """
    written = (
        f"select count(*) from {found.prefix}written as w join {found.prefix}reach as a using (course_id) where "
    )
    left_out = [name for name in _TASKS if name not in data]
    is_part = found.filters.elements is not None and left_out and set(data) - {"course_info", *_TASKS}
    tasks = f"{written}{ASKED[1]} and list_contains($left_out::varchar[], w.element)"
    notes: list[str] = []
    if is_part and found.session.value("tasks left out", tasks, {"left_out": left_out}):
        notes.append(
            "Grading Tasks and Standards await a push too: setup of a task that a course is yet to get goes there "
            "only together with them."
        )
    is_part = (given.master is not None or given.course is not None) and "course_info" in data
    numbers = f"{written}w.hop = 1 and w.element = 'course_info' and w.field = 'number'"
    if is_part and found.session.value("numbers", numbers):
        notes.append(
            "Course numbers change: whether two courses come to have the same is judged among all courses of a "
            "catalog here, and in such a push with only those that are named changing theirs."
        )
    return notes


def _pushes(found: Standing, hop: int) -> list[dict[str, Any]]:
    elements = {"elements": found.filters.elements}
    return found.frame(f"awaiting/pushes_{hop}", elements, asked=ASKED[hop]).to_dicts()


def _call(method: str, row: dict[str, Any], more: dict[str, Any]) -> str:
    """A line of Python; names come out as literals, whatever is in them."""
    first: Name = row["id"] if row["name"] is None else row["name"]
    return f"district.{method}({', '.join([repr(first), *(f'{name}={value!r}' for name, value in more.items())])})"


def _all(names: list[str] | None, ids: list[int] | None) -> list[Name]:
    return [*(names or ()), *(ids or ())]


def _as_given(given: Names, what: str, ids: list[int], names: list[str]) -> list[Name]:
    """What was named, as it was named, as far as it has something here."""
    known: set[Name] = {*ids, *names}
    return [one for one in (name_of(name, what) for name in as_list(given)) if one in known]
