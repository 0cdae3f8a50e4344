"""What changed between the last load, the district as it stands, and the new extract, and by whom.

Three states are held against each other, key by key: the district as it was last loaded (it less what pushes have
written since), as it stands now, and as the extract has it. Where the extract agrees with the district and both
have moved, our push was carried out; where it still says what the last load said, our push was not carried out;
everything else is the doing of others.
"""

from __future__ import annotations

from collections.abc import Collection

from coursepush.load.checks import CATEGORY_TABLES, staged
from coursepush.model.elements import ADVISORY, COURSE_INFO, SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import ATTRIBUTES, SETUP, TABLES, Column, Table
from coursepush.plan.text import json_object, json_value
from coursepush.refresh.identity import identity, upper_table
from coursepush.refresh.pushed import LINK, Pushed, pushed_of, struct, value_columns
from coursepush.store.database import Session
from coursepush.store.templates import template

OUTCOMES = ("by_our_push", "not_carried_out", "added", "removed", "renamed", "changed")
"""What became of a row: the first two rest on our pushes, the others are the doing of others."""

BY_OTHERS = ("added", "removed", "renamed", "changed")


def differs(session: Session, name: str) -> bool:
    """Whether the staged rows are other than the district's, in any column: told from sums over both."""
    columns = ", ".join(TABLES[name].names)
    marks = [
        session.rows(
            f"fingerprint of {source}",
            # one row: the number of rows and two sums over their hashes
            f"select count(*), bit_xor(hash({columns})), sum(hash({columns}) % 1000000007) from {source}",
        )[0]
        for source in (f"district.main.{name}", staged(name))
    ]
    return marks[0] != marks[1]


def compare(session: Session, name: str, unknown: Collection[str], *, has_kept: bool) -> dict[str, int]:
    """Make ``compared_<table>`` of one table that differs; how many rows came to each of :data:`OUTCOMES`.

    Args:
        unknown: the columns that the extract does not give: whatever stands there, nobody changed it.
        has_kept: rows stand in ``kept_<table>`` that the extract could not give: nothing is said of them.
    """
    words = _words(TABLES[name], pushed_of(name), unknown)
    words["but_kept"] = ""
    if has_kept:
        words["but_kept"] = f"and (j.n_row_id is null or j.n_row_id not in (select row_id from kept_{name}))"
    session.run(f"compare {name}", _filled("compared", words))
    if name in CATEGORY_TABLES:
        for step in ("compared_renamed", "compared_old_name"):
            session.run(f"{step} of {name}", _filled(step, words))
    counts = dict(session.rows(f"count {name}", f"select what, count(*) from compared_{name} group by what"))
    return {what: int(counts.get(what, 0)) for what in OUTCOMES}


def _filled(step: str, words: dict[str, object]) -> str:
    return template("coursepush.refresh", step).format_map(words)


def _words(table: Table, pushed: Pushed | None, unknown: Collection[str]) -> dict[str, object]:
    names = [part for part, _ in identity(table, "d")]
    values = {column.name: f"j.n_v.{column.name}" for column in value_columns(table)}
    n_values = ", ".join(
        f"{name} := {sql}"
        for name, sql in values.items()
        if (name not in LINK or table not in SETUP) and name not in unknown
    )
    same_key = " and ".join(f"p.{name} = j.{name}" for name in names)
    return {
        "table": table.name,
        "district": _state(table, f"district.main.{table.name}", unknown),
        "extract": _state(table, staged(table.name), unknown, is_new=True),
        "last_load": _last_load(table, pushed, unknown),
        "j_keys": ", ".join(f"j.{name}" for name in names),
        "d_or_n_keys": ", ".join(f"coalesce(d.{name}, n.{name}) as {name}" for name in names),
        "b_or_l_keys": ", ".join(f"coalesce(b.{name}, l.{name}) as {name}" for name in names),
        "d_is_n": " and ".join(f"d.{name} = n.{name}" for name in names),
        "b_is_l": " and ".join(f"b.{name} = l.{name}" for name in names),
        "pushed_join": f"left join last_pushed_{table.name} as p on {same_key}" if pushed else "",
        "n_is_p": (
            f"p.{names[0]} is not null and p.v is not distinct from "
            f"case when j.n_v is not null then struct_pack({n_values}) end"
            if pushed
            else "false"
        ),
    }


def _state(table: Table, source: str, unknown: Collection[str], *, is_new: bool = False, where: str = "") -> str:
    """A state of the table: identity, id, `v`: all that may differ, links too, `k`: what is known of it."""
    keys = ", ".join(f"{sql} as {name}" for name, sql in identity(table, "d"))
    values = {column.name: f"d.{column.name}" for column in value_columns(table)}
    joins = "" if is_new else _followed(table, values, "d.parent_row_id")
    row_id = "d.row_id" if table in SETUP else "null::bigint"
    images = _images(table, values, unknown)
    return f"select {keys}, {row_id} as row_id, {images}\n    from {source} as d\n    {joins}{where}".rstrip()


def _images(table: Table, values: dict[str, str], unknown: Collection[str]) -> str:
    known = struct(table, values, without=unknown) if unknown else "v"
    return f"{struct(table, values)} as v, {known} as k"


def _followed(table: Table, values: dict[str, str], parent: str) -> str:
    """The join by which a link follows the row above to its new id; `values` takes it up."""
    upper = upper_table(table.name) if table in SETUP else None
    if upper is None:
        return ""
    values["parent_row_id"] = f"coalesce(m.new_id, {parent})"
    return f"left join moved_{upper} as m on m.old_id = {parent}\n    "


def _last_load(table: Table, pushed: Pushed | None, unknown: Collection[str]) -> str:
    """The state at the last load: the district's, but for what pushes have written since."""
    if pushed is None:
        return "select * from d"
    same = " and ".join(f"p.{key} = d.{key}" for key in pushed.keys)
    if table.name == "custom_field":
        same = "d.level = 'course' and p.course_id = d.owner_id and p.field = d.field"
    where = f"anti join pushed_{table.name} as p on {same}"
    untouched = _state(table, f"district.main.{table.name}", unknown, where=where)
    values = pushed.values("before", "h")
    joins = _followed(table, values, "h.before_parent_row_id") + pushed.joins
    keys = ", ".join(f"{sql} as {name}" for name, sql in pushed.identity("before", "h"))
    row_id = "h.row_id" if table in SETUP else "null::bigint"
    return (
        f"{untouched}\n    union all\n"
        f"    select {keys}, {row_id} as row_id, {_images(table, values, unknown)}\n"
        f"    from pushed_{table.name} as h\n    {joins}\n    where {pushed.was_there.format('h')}"
    )


# -- drift: what others changed on courses and sections ----------------------------------------------


def keep_drift(session: Session, refresh_id: int, compared: Collection[str]) -> None:
    """Keep, for the audit, each row and field that others changed on courses and sections that are still there."""
    for element in SETUP_ELEMENTS:
        for hop, level in ((1, "course"), (2, "section")):
            name = element.table(level)
            if name in compared and (hop == 1 or element.has_sections):
                _keep_rows(session, refresh_id, hop, element, name)
    if "course" in compared:
        for column in ATTRIBUTES:
            _keep_field(session, refresh_id, "course", column)
    if "section" in compared:
        _keep_field(session, refresh_id, "section", TABLES["section"].column("is_advisory"))
    if "custom_field" in compared:
        _keep_custom_fields(session, refresh_id)


def _keep_rows(session: Session, refresh_id: int, hop: int, element: SetupElement, name: str) -> None:
    joins = f"join {staged('section')} as s on s.section_id = c.owner_id" if hop == 2 else ""
    if hop == 1:
        joins = f"semi join {staged('course')} as k on k.course_id = c.owner_id"
    if element.is_standard is not None:
        joins += (
            f"\njoin {staged('grading_task')} as t on t.task_id = c.task_id "
            f"and t.is_standard = {'true' if element.is_standard else 'false'}"
        )
    standing = "coalesce(c.n_v.{0}, c.d_v.{0})"
    words: dict[str, object] = {
        "refresh_id": refresh_id,
        "hop": hop,
        "element": f"'{element.name}'",
        "course_id": "s.course_id" if hop == 2 else "c.owner_id",
        "section_id": "c.owner_id" if hop == 2 else "null",
        "key": json_object(element.key_columns, standing),
        "before": f"case when c.d_v is not null then {json_object(element.values, 'c.d_v.{}')} end",
        "now": f"case when c.n_v is not null then {json_object(element.values, 'c.n_v.{}')} end",
        "table": name,
        "joins": joins,
    }
    session.run(f"drift of {element.name}, hop {hop}", _filled("drift_rows", words))


def _keep_field(session: Session, refresh_id: int, name: str, column: Column) -> None:
    is_section = name == "section"
    field = column.name
    words: dict[str, object] = {
        "refresh_id": refresh_id,
        "hop": 2 if is_section else 1,
        "element": ADVISORY if is_section else COURSE_INFO,
        "course_id": "coalesce(c.n_v.course_id, c.d_v.course_id)" if is_section else "c.course_id",
        "section_id": "c.section_id" if is_section else "null",
        "field": f"'{field}'",
        "change": "changed",
        "before": json_value(column.kind, f"c.d_v.{field}"),
        "now": json_value(column.kind, f"c.n_v.{field}"),
        "table": name,
        "joins": "",
        "differs": (
            f"c.what = 'changed' and c.d_v.{field} is distinct from c.n_v.{field} "
            f"and (c.l_v is null or c.l_v.{field} is distinct from c.n_v.{field})"
        ),
    }
    session.run(f"drift of {name}.{field}", _filled("drift_field", words))


def _keep_custom_fields(session: Session, refresh_id: int) -> None:
    words: dict[str, object] = {
        "refresh_id": refresh_id,
        "hop": 1,
        "element": COURSE_INFO,
        "course_id": "c.owner_id",
        "section_id": "null",
        "field": "'custom.' || c.field",
        "change": "changed",
        "before": json_value("text", "c.d_v.value"),
        "now": json_value("text", "c.n_v.value"),
        "table": "custom_field",
        "joins": "",
        "differs": "c.level = 'course' and c.what in ('added', 'removed', 'changed')",
    }
    session.run("drift of custom fields", _filled("drift_field", words))
