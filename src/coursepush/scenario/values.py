"""What somebody gives an edit, as a value of a column: checked as a load would check it (SCENARIO.md 3)."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from coursepush.errors import RequestError, ScenarioError
from coursepush.load.types import KIND_WORDS
from coursepush.model.elements import SetupElement, field_label
from coursepush.model.tables import LARGEST_ID, Column
from coursepush.plan.request import as_list
from coursepush.plan.requests.names import TASK, Named, find_one
from coursepush.store.database import Session

LONGEST_NAME = 50
"""Characters of a category's name."""

_BANKS: dict[str, Named] = {
    "grading_task": TASK,
    "assessment_test": Named("assessment_test", "test_id", "name", "test", "name"),
    "score_group": Named("score_group", "score_group_id", "name", "score group", "name"),
    "grading_scale": Named("grading_scale", "scale_id", "name", "grading scale", "name"),
}

_ARGUMENTS = {
    "task_id": "task",
    "child_task_id": "child",
    "task_ids": "tasks",
    "test_id": "test",
    "standard_task_id": "standard",
    "scale_id": "scale",
    "score_group_id": "score_group",
    "term_seq": "term",
    "child_term_seq": "child_term",
    "cumulative_from_term_seq": "cumulative_from_term",
}
"""Columns whose argument in an edit has another name: what it names is given by name or id."""


def argument_of(column: Column) -> str:
    """What an edit calls a column: ``task_id`` is ``task``."""
    return _ARGUMENTS.get(column.name, column.name)


def key_of(session: Session, element: SetupElement, given: Mapping[str, Any]) -> dict[str, Any]:
    """The business key that an edit names: column → value.

    Raises:
        ScenarioError: a part of it is missing, or is no such value. RequestError: it names what there is not.
    """
    missing = [argument_of(column) for column in element.key_columns if argument_of(column) not in given]
    if missing:
        named = " and ".join(argument_of(column) for column in element.key_columns)
        raise ScenarioError(
            f"Say which row is meant: {element.name} are told by {named}; {missing[0]} is missing."
        )
    return {
        column.name: value_of(session, column, given[argument_of(column)], element)
        for column in element.key_columns
    }


def values_of(session: Session, element: SetupElement, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values that an edit sets, beside the key: column → value, those that were given.

    Raises:
        ScenarioError: there is no such value of that data type, or it is none. RequestError: as :func:`key_of`.
    """
    columns = {argument_of(column): column for column in element.values if column.name not in element.key}
    keys = {argument_of(column) for column in element.key_columns}
    unknown = sorted(given.keys() - columns.keys() - keys)
    if unknown:
        raise RequestError.unknown("value", unknown[0], columns, f"of {element.name}")
    return {
        column.name: value_of(session, column, given[name], element)
        for name, column in columns.items()
        if name in given
    }


def value_of(session: Session, column: Column, given: Any, element: SetupElement | None = None) -> Any:
    """`given` as a value of `column`, as it is bound to a statement: decimals and dates as text, lists too.

    Raises:
        ScenarioError: it is no such value. RequestError: it names what there is not.
    """
    if given is None:
        if column.required:
            raise ScenarioError(f"The {field_label(column.name)} cannot be empty.")
        return None
    if column.kind == "ids":
        found = sorted({_named(session, _BANKS["grading_task"], one) for one in as_list(given)})
        return str(found)
    if column.reference in _BANKS:
        found = _named(session, _BANKS[column.reference], given)
        if column.name == "task_id" and element is not None and element.is_standard is not None:
            _check_bank(session, found, given, is_standard=element.is_standard)
        return found
    return _plain(column, given)


def _named(session: Session, what: Named, given: Any) -> int:
    return find_one(session, what, given)


def _check_bank(session: Session, task_id: int, given: Any, *, is_standard: bool) -> None:
    """Grading tasks and standards share their tables, and are two data types."""
    found = session.value(
        "bank of a task", "select is_standard from grading_task where task_id = $task_id", {"task_id": task_id}
    )
    if bool(found) != is_standard:
        is_one, other = ("standard", "a grading task") if is_standard else ("grading task", "a standard")
        raise ScenarioError(f"{given!r} is no {is_one} but {other}. Use the edit for those.")


def _plain(column: Column, given: Any) -> Any:
    """A number, text, flag or day, within its bounds."""
    wrong = ScenarioError(
        f"The {field_label(column.name)} is {given!r}; it must be {KIND_WORDS[column.kind]}{_bounds(column)}."
    )
    if column.kind == "bool":
        if not isinstance(given, bool):
            raise wrong
        return given
    if column.kind in ("int", "id"):
        if isinstance(given, bool) or not isinstance(given, int):
            raise wrong
        low, high = column.bounds or ((-LARGEST_ID, LARGEST_ID) if column.kind == "id" else (-(2**31), 2**31 - 1))
        if not low <= given <= high:
            raise wrong
        return given
    if column.kind in ("decimal3", "decimal4"):
        return _decimal(column, given, wrong)
    if column.kind == "date":
        return _day(given, wrong)
    return _text(column, given, wrong)


def _decimal(column: Column, given: Any, wrong: ScenarioError) -> str:
    places = 4 if column.kind == "decimal4" else 3
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        raise wrong
    try:
        exact = Decimal(str(given))
        number = exact.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        raise wrong from None
    if number != exact or not abs(number) < 10 ** (9 - places):
        raise wrong
    if column.name == "weight" and number < 0:
        raise ScenarioError(f"The weight is {given!r}; it cannot be below 0.")
    low, high = column.bounds or (number, number)
    if not low <= number <= high:
        raise wrong
    return f"{number:f}"


def _day(given: Any, wrong: ScenarioError) -> str:
    if isinstance(given, dt.date) and not isinstance(given, dt.datetime):
        return given.isoformat()
    try:
        return dt.date.fromisoformat(str(given)).isoformat()
    except (TypeError, ValueError):
        raise wrong from None


def _text(column: Column, given: Any, wrong: ScenarioError) -> str:
    if not isinstance(given, str) or "\0" in given:
        raise wrong
    text = unicodedata.normalize("NFC", given)
    if text != text.strip() or (column.required and not text):
        raise ScenarioError(
            f"The {field_label(column.name)} is {given!r}; it must be text without blanks around it"
            f"{', and not empty' if column.required else ''}."
        )
    if not text:
        raise ScenarioError(f"The {field_label(column.name)} is empty text. Say None (in TOML: leave it out).")
    return text


def category_name(given: Any) -> str:
    """The name of a category.

    Raises:
        ScenarioError: it is none.
    """
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_NAME or given != given.strip() or "\0" in given:
        raise ScenarioError(
            f"The name of a category is {given!r}; it must be text of 1 to {LONGEST_NAME} characters without "
            "blanks around it."
        )
    return unicodedata.normalize("NFC", given)


def _bounds(column: Column) -> str:
    return "" if column.bounds is None else f" from {column.bounds[0]:,} to {column.bounds[1]:,}"
