"""What exactly is asked about: a key as people write it, made the key that rows have."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import (
    ADVISORY,
    ATTRIBUTE_LOCK,
    COURSE_INFO,
    ELEMENTS_BY_NAME,
    SetupElement,
    field_label,
)
from coursepush.model.tables import ATTRIBUTES, Column
from coursepush.plan.request import id_of
from coursepush.plan.standing import key_id_sql
from coursepush.plan.text import json_object
from coursepush.reports.reading import report_sql
from coursepush.reports.why.place import Place
from coursepush.store.database import Session

FORMS: dict[str, tuple[str, str, str]] = {
    COURSE_INFO: ("the name of a field", "key='state_code'", "the field '{}'"),
    ADVISORY: ("nothing more", "key='is_advisory'", "the advisory flag"),
    "grading_tasks": ("a grading task's name, code or id", "key='Term Grade'", "the grading task '{}'"),
    "standards": ("a standard's name, code or id", "key='Reads'", "the standard '{}'"),
    "assessments": ("a test's name or id", "key='Spring Test'", "the assessment '{}'"),
    "categories": ("a category's name", "key='Homework'", "the category '{}'"),
    "composite_grades": (
        "four things: a task, its term, the task that counts into it, and that one's term",
        "key=('Semester Grade', 2, 'Term Grade', 1)",
        "the composite grade '{}'",
    ),
    "grade_calc_options": (
        "two things: a task and a term",
        "key=('Term Grade', 1)",
        "the calculation option '{}'",
    ),
}
"""Per data type: what its key is, an example, and what answers call what was asked about."""

_SHOWN = 40
_ADVISORY_FIELD = "is_advisory"


@dataclass(frozen=True, slots=True)
class Key:
    """What is asked about: a field, or the key of a setup row.

    Attributes:
        given: as it was written, for answers about what is nowhere.
        field: an attribute or ``custom.<name>``; None for setup rows.
        key: JSON text as in plan rows; None for fields, and for names that no task or test of the district has.
        key_id: the key to compare by (a category's ignores case).
    """

    given: str
    field: str | None = None
    key: str | None = None
    key_id: str | None = None

    @property
    def place(self) -> str | None:
        """What tells it apart among an owner's rows and fields of one data type."""
        return self.field or self.key_id

    @property
    def term(self) -> int | None:
        """The term that a calculation option or composite row is for."""
        return None if self.key is None else json.loads(self.key).get("term_seq")


def read_key(session: Session, place: Place, element: str, given: Any, standing: pl.DataFrame) -> Key:
    """The key that `given` means.

    Args:
        standing: what the section, its course and its course master have of the element: key, field, what.

    Raises:
        RequestError: nothing is given (lists what there is), it has another form (names the form), or a name in
            it is ambiguous (lists what is called so).
    """
    if element == ADVISORY:
        if given not in (None, _ADVISORY_FIELD, ADVISORY):
            raise _malformed(element, given)
        return Key("advisory", field=_ADVISORY_FIELD)
    fields = _fields(session) if element == COURSE_INFO else []
    if given is None:
        there = fields or standing["what"].unique(maintain_order=True).sort().to_list()
        raise _none_given(element, there)
    if element == COURSE_INFO:
        return _field(given, fields)
    spec = ELEMENTS_BY_NAME[element]
    parts = _parts(spec, given)
    if spec.is_category:
        name = parts["name"]
        sql = f"select {json_object(spec.key_columns, 'x.{}')} from (select $name::varchar as name) as x"
        key = str(session.value("key", sql, {"name": name}))
        key_id = str(session.value("key to compare by", f"select {key_id_sql(element, '$key')}", {"key": key}))
        return Key(name, key=key, key_id=key_id)
    ids = {
        column.name: _number(session, place, spec, column, parts[column.name], standing)
        for column in spec.key_columns
    }
    said = ", ".join(str(part) for part in parts.values())
    if None in ids.values():
        return Key(said)
    key = json.dumps(ids, separators=(",", ":"))
    return Key(said, key=key, key_id=key)


def known_names(session: Session, element: str, standing: pl.DataFrame) -> list[str]:
    """What there is to be meant instead of something that nobody has, what stands nearby first."""
    if element == COURSE_INFO:
        return _fields(session)
    return standing["what"].unique(maintain_order=True).to_list()


# -- fields ----------------------------------------------------------------------------------------------


def _fields(session: Session) -> list[str]:
    """Every attribute, and every district-defined field that somebody has or a catalog locks."""
    custom = session.rows(
        "district-defined fields",
        "select 'custom.' || field from custom_field union "
        "select substr(lock, 13) from catalog_lock where starts_with(lock, 'course_info.custom.') order by 1",
    )
    return [*(column.name for column in ATTRIBUTES), *(row[0] for row in custom)]


def _field(given: Any, fields: Sequence[str]) -> Key:
    if not isinstance(given, str) or not given.strip():
        raise _malformed(COURSE_INFO, given)
    name = given.strip().removeprefix(ATTRIBUTE_LOCK)
    if name not in fields:
        called = [one for one in fields if field_label(one).casefold() == name.casefold()]
        name = called[0] if len(called) == 1 else name
    return Key(name, field=name)


# -- setup rows ------------------------------------------------------------------------------------------


def _parts(spec: SetupElement, given: Any) -> dict[str, Any]:
    """The key's columns, each a whole number or a text, from any of the forms in which a key is written."""
    names = [column.name for column in spec.key_columns]
    told = _json_object(given) if isinstance(given, str) else given
    if isinstance(told, dict):
        found: dict[Any, Any] = dict(told)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        if set(found) != set(names):
            raise _malformed(spec.name, given)
        values = [found[name] for name in names]
    elif isinstance(told, (tuple, list)):
        values = [*told]  # pyright: ignore[reportUnknownVariableType]
    else:
        values = [told]
    if len(values) != len(names):  # pyright: ignore[reportUnknownArgumentType]
        raise _malformed(spec.name, given)
    return {
        column.name: _part(spec, column, value, given)
        for column, value in zip(spec.key_columns, values, strict=True)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    }


def _json_object(text: str) -> Any:
    """The object that a plan row's key is, or the text itself where it is a name."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        told = json.loads(text)
    except ValueError:
        return text
    return told if isinstance(told, dict) else text


def _part(spec: SetupElement, column: Column, value: Any, given: Any) -> Any:
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value).strip()
        if not text:
            raise _malformed(spec.name, given)
        return text
    if column.kind == "text":
        raise _malformed(spec.name, given)
    try:
        return id_of(value, column.name)
    except RequestError as error:
        raise _malformed(spec.name, given) from error


def _number(
    session: Session, place: Place, spec: SetupElement, column: Column, part: Any, standing: pl.DataFrame
) -> int | None:
    """The id or term that a part of a key means; None for a name that nothing in the district's lists has."""
    if isinstance(part, int):
        return part
    if column.kind == "int":
        return _term(session, place, part)
    step = "tests" if column.reference == "assessment_test" else "tasks"
    found = session.frame("called so", report_sql(f"why/{step}"), {"text": part})
    if not found["is_id"].all():
        found = found.filter(~pl.col("is_id"))  # a name or code goes before an id
    if found.height > 1 and spec.is_standard is not None:
        kind = found.filter(pl.col("is_standard") == spec.is_standard)
        found = kind if kind.height else found
    if found.height > 1:
        there = standing["key"].drop_nulls().str.json_path_match(f"$.{column.name}").cast(pl.Int64)
        near = found.filter(pl.col("id").is_in(there.implode()))
        found = near if near.height == 1 else found
    if found.height > 1:
        shown = ", ".join(f"{row['called']} (id {row['id']})" for row in found.to_dicts())
        raise RequestError(f"{found.height:,} are called {part!r}: {shown}. Name one by its id.")
    return int(found["id"][0]) if found.height else None


def _term(session: Session, place: Place, text: str) -> int:
    if text.isascii() and text.isdecimal():
        return int(text)
    terms = session.rows(
        "terms",
        "select term_seq, name from term where calendar_id = $calendar order by term_seq",
        {"calendar": place.calendar_id},
    )
    called = [int(seq) for seq, name in terms if name is not None and name.casefold() == text.casefold()]
    if len(called) != 1:
        raise RequestError.unknown(
            "term", text, [f"{seq} ({name})" for seq, name in terms], f"in {place.calendar}"
        )
    return called[0]


# -- what to say of a key that is none -------------------------------------------------------------------


def _malformed(element: str, given: Any) -> RequestError:
    wanted, example, _ = FORMS[element]
    also = ""
    if element in ELEMENTS_BY_NAME:
        columns = ", ".join(column.name for column in ELEMENTS_BY_NAME[element].key_columns)
        also = f" A dict of {columns}, or the key of a plan's row, will do too."
    return RequestError(f"{given!r} is no key here: wanted is {wanted}, such as {example}.{also}")


def _none_given(element: str, there: Sequence[str]) -> RequestError:
    wanted, example, _ = FORMS[element]
    shown = ", ".join(there[:_SHOWN]) or "nothing"
    more = f", and {len(there) - _SHOWN:,} more" if len(there) > _SHOWN else ""
    return RequestError(f"Say which: key is {wanted}, such as {example}. There are here: {shown}{more}.")


def noun_of(key: Key, what: str | None, element: str) -> str:
    """How answers call what was asked about, in the middle of a sentence."""
    name = what or key.given
    return FORMS[element][2].format(field_label(key.field or name) if element == COURSE_INFO else name)
