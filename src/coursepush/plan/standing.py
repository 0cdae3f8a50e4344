"""What stands in a district now, in the same JSON text in which a plan says what stood and what shall stand.

Keys and values come from the functions that make those of plan rows (:mod:`coursepush.plan.text`), so that two
texts are equal exactly where the setup is.
"""

from __future__ import annotations

from coursepush.model.elements import ADVISORY, COURSE_INFO, SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import ATTRIBUTES
from coursepush.plan.fragments import bank_join
from coursepush.plan.text import json_object, json_value, value_columns
from coursepush.store.templates import template

STANDING_COLUMNS: tuple[str, ...] = (
    "hop",
    "element",
    "owner_id",
    "course_id",
    "section_id",
    "row_id",
    "key",
    "key_id",
    "field",
    "now",
    "link",
)
"""The columns of :func:`standing_rows_sql`."""

_NOTHING = {
    **dict.fromkeys(("key", "key_id", "field", "link"), "null::varchar"),
    **dict.fromkeys(("section_id", "row_id"), "null::bigint"),
}


def standing_rows_sql(owners: str, *, links: bool = True) -> str:
    """A query: one row a setup row, attribute, district-defined field or advisory flag as it stands.

    Columns: :data:`STANDING_COLUMNS`. `hop` is 1 on courses, 2 on sections; `key` and `now` are the JSON text of
    plan rows; `key_id` is the key to compare by (:func:`key_id_sql`); `field` is set for fields, which have no
    key; `link` is the row's link (RULES.md 2, 3.1 and 5.1), as a push would find it.

    Args:
        owners: the name of a table with `hop` and `owner_id`, each owner once: the courses and sections asked for.
        links: with links; null otherwise.
    """
    selects = [
        _setup_rows(hop, element, owners, links=links)
        for hop in (1, 2)
        for element in SETUP_ELEMENTS
        if hop == 1 or element.has_sections
    ]
    course = {"hop": "1", "element": f"'{COURSE_INFO}'", "owner_id": "c.course_id", "course_id": "c.course_id"}
    for column in ATTRIBUTES:
        field = {**course, "field": f"'{column.name}'", "now": json_value(column.kind, f"c.{column.name}")}
        selects.append(f"{_select(field)}\nfrom course as c\n{_asked(owners, 1, 'c.course_id')}")
    field = {**course, "field": "'custom.' || f.field", "now": json_value("text", "f.value")}
    selects.append(
        f"{_select(field)}\nfrom custom_field as f\njoin course as c on c.course_id = f.owner_id\n"
        f"{_asked(owners, 1, 'c.course_id')}\nwhere f.level = 'course'"
    )
    section = {
        "hop": "2",
        "element": f"'{ADVISORY}'",
        "owner_id": "s.section_id",
        "course_id": "s.course_id",
        "section_id": "s.section_id",
        "field": "'is_advisory'",
        "now": json_value("bool", "s.is_advisory"),
    }
    selects.append(f"{_select(section)}\nfrom section as s\n{_asked(owners, 2, 's.section_id')}")
    return "\nunion all\n".join(selects)


def master_rows_sql(masters: str) -> str:
    """The same of course masters: element, master_id, row_id, key, key_id, field and now.

    Args:
        masters: the name of a table with `master_id`, each course master once.
    """
    asked = f"semi join {masters} as o on o.master_id = "
    selects: list[str] = []
    for element in SETUP_ELEMENTS:
        key = json_object(element.key_columns, "v.{}")
        selects.append(
            f"select '{element.name}' as element, v.owner_id as master_id, v.row_id, {key} as key, "
            f"{key_id_sql(element.name, key)} as key_id, null::varchar as field, "
            f"{json_object(element.values, 'v.{}')} as now\n"
            f"from {_stored('master', element, f'{asked}r.owner_id')}"
        )
    none = "null::bigint, null::varchar, null::varchar"
    for column in ATTRIBUTES:
        now = json_value(column.kind, f"m.{column.name}")
        selects.append(
            f"select '{COURSE_INFO}', m.master_id, {none}, '{column.name}', {now}\n"
            f"from course_master as m\n{asked}m.master_id"
        )
    selects.append(
        f"select '{COURSE_INFO}', f.owner_id, {none}, 'custom.' || f.field, {json_value('text', 'f.value')}\n"
        f"from custom_field as f\n{asked}f.owner_id\nwhere f.level = 'master'"
    )
    return "\nunion all\n".join(selects)


def key_id_sql(element: str, key: str) -> str:
    """SQL of the key by which two rows of one owner and that element are the same: a category's ignores case."""
    return f"lower({key})" if element == "categories" else key


def _setup_rows(hop: int, element: SetupElement, owners: str, *, links: bool) -> str:
    key = json_object(element.key_columns, "m.{}")
    values = {
        "hop": str(hop),
        "element": f"'{element.name}'",
        "owner_id": "m.owner_id",
        "course_id": "m.course_id",
        **({"section_id": "m.owner_id"} if hop == 2 else {}),
        "row_id": "m.row_id",
        "key": key,
        "key_id": key_id_sql(element.name, key),
        "now": json_object(element.values, "m.{}"),
    }
    level = "course" if hop == 1 else "section"
    stored = _stored(level, element, _asked(owners, hop, "r.owner_id"))
    if not links:
        rows = f"select v.*, c.course_id\nfrom {stored}\njoin {level} as c on c.{level}_id = v.owner_id"
        return f"{_select(values)}\nfrom (\n{rows}\n) as m"
    values["link"] = _template("link")
    return f"{_select(values)}\nfrom (\n{_linked(hop, element, owners, stored)}\n) as m"


def _linked(hop: int, element: SetupElement, owners: str, stored: str) -> str:
    """The rows of one element with what their links follow from."""
    level, upper = ("course", "master") if hop == 1 else ("section", "course")
    known = ["u.owner_id as parent_owner_id,"]
    if hop == 2:
        known = ["null::bigint as parent_owner_id,", "false as is_link_broken,"]
    known.append("lower(u.name) as upper_name_key," if element.is_category else "false as is_second,")
    rows = _template("standing_row").format(
        rows=stored,
        level=level,
        upper_owner=f"{upper}_id",
        upper_table=element.table(upper),
        known="\n        ".join(known),
        same_key=" and ".join(f"u.{name} = v.{name}" for name in element.key if not element.is_category) or "true",
    )
    if hop == 2 and element.term_columns:
        asked = _template("standing_section").format(owners=owners)
        not_meeting = _template("not_meeting").format(sections=f"(\n{asked}\n)")
        rows = _template("standing_met").format(rows=rows, not_meeting=not_meeting)
    return _template("standing_category").format(rows=rows) if element.is_category else rows


def _template(name: str) -> str:
    return template("coursepush.plan", name)


def _stored(level: str, element: SetupElement, asked: str) -> str:
    """The rows of one element in its table, lists as canonical text, under the alias v."""
    link = {"master": "", "course": "r.parent_row_id, r.is_link_broken, ", "section": "r.parent_row_id, "}[level]
    bank = f"\n{bank_join('r', element)}" if element.is_standard is not None else ""
    return (
        f"(select r.row_id, r.owner_id, {link}{value_columns('r', element, stored=True)}\n"
        f"from {element.table(level)} as r\n{asked}{bank}) as v"
    )


def _select(values: dict[str, str]) -> str:
    parts = (f"{values.get(name, _NOTHING.get(name))} as {name}" for name in STANDING_COLUMNS)
    return f"select {', '.join(parts)}"


def _asked(owners: str, hop: int, owner_id: str) -> str:
    return f"semi join {owners} as o on o.hop = {hop} and o.owner_id = {owner_id}"
