"""Where courses differ from their course masters, and the status each course has from it (RULES.md 8).

Course Audit and Course Status read the pairs that a push would find (:mod:`coursepush.plan.pairs`).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from coursepush.load.without_setup import owners_sql
from coursepush.model.elements import ELEMENT_LABELS, SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES, Column
from coursepush.plan.pairs import find_differences, find_duplicate_numbers, find_links
from coursepush.plan.standing import key_id_sql
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import json_object, json_value
from coursepush.reports.filters import Filters, Given, one_of
from coursepush.reports.reading import Reading, reading
from coursepush.store.database import Store

STATUSES = ("linked", "no_setup", "course_controlled", "desynced")
"""Of a course (RULES.md 8, Course Status)."""

_COURSES = """-- one row a course looked at
select course_id, calendar_id, master_id, is_cross_site, null::varchar as whole
from {p}target_course"""

_SETS_STATUS = "link in ('broken', 'local') or (link = 'orphan' and pairing = 'extra' and use <> 'unused')"
"""A row from which its course's status may follow. Use that is not known is not "not used"."""


@dataclass(frozen=True, slots=True)
class Compared(Reading):
    """Courses held against their course masters, for the length of one report.

    `{p}target_course` (those that have a course master), `{p}status`, and what is added. `pairs` are the tables of
    the pairs.
    """

    pairs: PlanTables


@contextmanager
def compared(store: Store, given: Given, elements: Sequence[str], *, with_values: bool) -> Generator[Compared]:
    """Hold the courses that `given` leaves against their course masters, and tell their status.

    The pairs are those that are not soundly linked; `with_values` also what courses lack or have otherwise, judged
    as a locked push would.

    Args:
        elements: the data types that may be named as a filter.

    Raises:
        RequestError: a filter names something unknown.
    """
    with reading(store, given, elements) as read:
        found = Compared(read.session, read.prefix, read.filters, read.made, PlanTables.new())
        found.make("target_course", found.step("audit/target"))
        find = find_differences if with_values else find_links
        found.made.extend(find(found.session, found.pairs, _COURSES.format(p=found.prefix)))
        unsound = "\n    union all\n    ".join(
            f"select '{one.element.name}' as element, course_id, pairing, link, use from {one.rows}\n"
            f"    where {_SETS_STATUS}"
            for one in found.pairs.judged(1)
        )
        status = found.step("audit/status", locks=locks_sql(), unsound=unsound, has_setup=owners_sql())
        found.make("status", status, {"elements": found.filters.elements})
        yield found


def find_what_differs(found: Compared) -> str:
    """Make, of what was compared with values, the table ``numbered``: the differences between courses and their
    course masters in the data types asked for, fields of Course Info among them.

    Returns:
        The table of the courses that cannot take their course masters' numbers, whichever courses were asked for.
    """
    selects = [_differences(found, element) for element in SETUP_ELEMENTS]
    selects.append(_field_differences(found))
    numbered = found.step("audit/numbered", selects="\n    union all\n".join(selects), locks=locks_sql())
    found.make("numbered", numbered, {"elements": found.filters.elements})
    numbers = PlanTables.new()
    found.made.extend(find_duplicate_numbers(found.session, numbers, found.step("audit/number_course")))
    return numbers.duplicates


def chosen_statuses(status: str | Sequence[str] | None) -> list[str] | None:
    """The statuses named, or None where none are; raises RequestError for one that there is not."""
    return one_of("status", status, STATUSES)


def status_sql(statuses: Sequence[str] | None, filters: Filters, found: str) -> str:
    """SQL: a course's status (alias s) was asked for, and where data types were, `found` is not null.

    No value is bound: DuckDB hands over a result that depends on bound values several times as slowly.
    """
    conditions = ["true"] if filters.elements is None else [f"{found} is not null"]
    if statuses is not None:
        named = ", ".join(f"'{one}'" for one in STATUSES if one in statuses)
        conditions.append(f"s.status in ({named})" if named else "false")
    return " and ".join(conditions)


def locks_sql() -> str:
    """SQL values, one a data type: element, the lock that governs its rows, label, place in the order of a push.

    Weights alone govern no row of composites, so that a broken one fails no push (RULES.md 4.4).
    """
    return ", ".join(
        f"('{element.name}', '{element.locks[0]}', '{ELEMENT_LABELS[element.name]}', {place})"
        for place, element in enumerate(SETUP_ELEMENTS)
    )


def _differences(found: Compared, element: SetupElement) -> str:
    """Of one element what is not equal and soundly linked, and the values that differ."""
    fields = [
        _line(column.name, "'differs'", *_both_values(column, "m.w_", "m.b_"))
        for column in element.values
        if element.is_category or column.name not in element.key
    ]
    kind = "case when m.upper_row_id is null then 'extra' when m.row_id is null then 'missing' else 'link' end"
    master_row, course_row = (json_object(element.values, f"m.{side}_{{}}") for side in "wb")
    whole = _line(
        None,
        kind,
        f"case when m.upper_row_id is not null then {master_row} end",
        f"case when m.row_id is not null then {course_row} end",
    )
    return found.step(
        "audit/rows",
        element=element.name,
        rows=found.pairs.verdicts(1, element),
        lock=_lock(element),
        fields=",\n                        ".join(fields),
        whole=whole,
        more=_more(element, whole),
        key=json_object(element.key_columns, "coalesce(m.b_{0}, m.w_{0})"),
        key_id=key_id_sql(element.name, "t.key"),
        post_only=_post_only(element),
    )


def _more(element: SetupElement, whole: str) -> str:
    """What else a push would see of a row: a name to be given up; that it is linked again, where the value that
    differs has a lock of its own and stays (RULES.md 3.3, 4.4)."""
    if element.is_category:
        line = _line("name", "'rename'", "null::varchar", json_value("text", "m.b_name"))
        return f"|| case when m.verdict = 'rename' then [{line}] else [] end"
    if len(element.locks) > 1:
        unlocked = f"c.catalog_id not in (select catalog_id from catalog_lock where lock = '{element.locks[-1]}')"
        paired = "m.row_id is not null and m.upper_row_id is not null"
        return (
            f"|| case when m.link = 'orphan' and {paired} and m.differs and {unlocked} then [{whole}] else [] end"
        )
    return ""


def _field_differences(found: Compared) -> str:
    """The attributes and district-defined fields that differ."""
    texts = {side: json_value("text", f"{side[0]}.value") for side in ("course", "master")}
    fields = [_line(column.name, None, *_both_values(column, "m.", "c.")) for column in ATTRIBUTES]
    return found.step(
        "audit/fields",
        fields=",\n                    ".join(fields),
        differ=" or ".join(f"c.{column.name} is distinct from m.{column.name}" for column in ATTRIBUTES),
        custom=found.step("audit/custom_field", master_value=texts["master"], course_value=texts["course"]),
    )


def _both_values(column: Column, master: str, course: str) -> tuple[str, str]:
    """SQL of the texts of a value on both sides, which are equal where the values are."""
    return json_value(column.kind, f"{master}{column.name}"), json_value(column.kind, f"{course}{column.name}")


def _line(field: str | None, difference: str | None, master_value: str, course_value: str) -> str:
    """SQL of one difference: the field, or null of a whole row; its kind, if it is told; both sides' texts."""
    name = "null::varchar" if field is None else f"'{field}'"
    kind = "" if difference is None else f", 'difference': {difference}"
    return f"{{'field': {name}{kind}, 'master_value': {master_value}, 'course_value': {course_value}}}"


def _lock(element: SetupElement) -> str:
    """SQL: the lock of a value (alias t): weights of composites have one of their own (RULES.md 4.4)."""
    rows, values = element.locks[0], element.locks[-1]
    if rows == values:
        return f"'{rows}'"
    return f"case t.d.field when 'weight' then '{values}' else '{rows}' end"


def _post_only(element: SetupElement) -> str:
    """Whether a push wants an option (alias t) without calculation for its task's sake, which will be post only on
    the course, and not because the course master has it so (RULES.md 4.3)."""
    if element.use is not Use.OPTION:
        return "false"
    return (
        f"coalesce(t.d.field = 'calc_type' and t.w_calc_type = 'none' and exists (select 1 from "
        f"{element.table('master')} as u where u.row_id = t.upper_row_id and u.calc_type <> 'none'), false)"
    )
