"""Edits of setup rows: a row set on its owners, or taken away from them (SCENARIO.md 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coursepush.errors import ScenarioError, counted, examples
from coursepush.model.elements import ELEMENT_LABELS, SetupElement
from coursepush.model.tables import Column
from coursepush.plan.setup.steps import undoable_id_sql
from coursepush.scenario.overlay import Editing
from coursepush.scenario.owners import Owners, Where, find_owners
from coursepush.scenario.read_only import ReadOnlyError
from coursepush.scenario.values import category_name, key_of, values_of
from coursepush.store.layout import has_history
from coursepush.store.templates import template

_EDITABLE_THOUGH_LOCKED = frozenset({"assessments"})
"""Data types that can be edited on a course even if they are locked."""


def set_rows(
    session: Editing, element: SetupElement, where: Where, given: Mapping[str, Any], rename: str | None = None
) -> int:
    """Give each owner the row with that key and those values; how many rows were added or changed.

    Raises:
        ScenarioError: an owner's row refuses it, or something given is no such value. RequestError: a name is
            unknown.
    """
    owners = find_owners(session, where, element)
    key, values = key_of(session, element, given), values_of(session, element, given)
    if element.is_category:
        key["name"] = category_name(key["name"])
    if rename is not None:
        values["name"] = category_name(rename)
    _find_rows(session, element, owners, key, values)
    _check_editable(session, element, owners, "t.changes", _lock_of_values(element))
    if rename is not None:
        _check_free(session, owners, element, values["name"])
    changed = int(session.value("rows that change", "select count(*) from edit_target where changes"))
    copy = session.lay_over(element.table(owners.level)) if changed or rename is None else ""
    largest = largest_id(session, element, owners.level)  # a row that changes may forget what it points to
    if changed:
        _change(session, element, owners, copy, values)
    added = 0
    if rename is None:
        added = int(session.value("rows to add", "select count(*) from edit_target where row_id is null"))
        _add(session, element, owners, copy, {**key, **values}, above=largest)
    _forget_target(session)
    return changed + added


def remove_rows(session: Editing, element: SetupElement, where: Where, given: Mapping[str, Any]) -> int:
    """Take away the rows with that key; how many there were.

    Raises:
        ScenarioError: a row refuses it. RequestError: a name is unknown.
    """
    owners = find_owners(session, where, element)
    key = key_of(session, element, given)
    extra = sorted(values_of(session, element, given))
    if extra:
        raise ScenarioError(f"A row is removed by its key alone; leave {extra[0]} out.")
    _find_rows(session, element, owners, key, {})
    _check_editable(session, element, owners, "true", element.locks[0])
    if element.is_category and owners.level == "section":
        _check_empty(session)
    removed = int(session.value("rows to remove", "select count(*) from edit_target where row_id is not null"))
    copy = session.lay_over(element.table(owners.level))
    session.run("remove rows", f"delete from {copy} where row_id in (select row_id from edit_target)")
    _forget_target(session)
    return removed


def largest_id(session: Editing, element: SetupElement, level: str) -> int:
    """The largest id of the table of `element` on that level, here or in the district, or that something points to
    (SCENARIO.md 3)."""
    table = element.table(level)
    pointing = [f"select max(row_id) as row_id from {table}", f"select max(row_id) from district.main.{table}"]
    if level != "master" and has_history(session):
        pointing.append(undoable_id_sql(table))
    if level != "master":
        pointing.append(f"select max(parent_row_id) from {element.table(level)}")
    below = {"master": "course", "course": "section"}.get(level)
    if below == "course" or (below == "section" and element.has_sections):
        pointing.append(f"select max(parent_row_id) from {element.table(below)}")
    if level == "section" and element.is_category:
        pointing.append("select max(category_row_id) from assignment")
    sql = template("coursepush.scenario", "edit_largest").format(pointing="\n    union all\n    ".join(pointing))
    return int(session.value("largest id", sql))


def same_key_sql(element: SetupElement, row: str, other: str | None = None) -> str:
    """SQL: a row (alias) has the key that is bound by its columns' names, or that the row `other` has."""
    parts: list[str] = []
    for column in element.key_columns:
        wanted = f"{other}.{column.name}" if other else f"cast($k_{column.name} as {column.sql_type})"
        parts.append(
            f"lower({row}.{column.name}) = lower({wanted})"
            if element.is_category
            else f"{row}.{column.name} = {wanted}"
        )
    return " and ".join(parts)


def above_sql(element: SetupElement, level: str, row: str = "r", owner: str = "o") -> tuple[str, str, str]:
    """Joins to a row and its owner (aliases), and SQL: its link is sound (alias u), and its parent is gone."""
    if level == "master":
        return "", "false", "false"
    upper, own, upper_owner = (
        ("master", f"join course as c on c.course_id = {owner}.owner_id", "c.master_id")
        if level == "course"
        else ("course", f"join section as c on c.section_id = {owner}.owner_id", "c.course_id")
    )
    same = "" if element.is_category else f" and {same_key_sql(element, 'u', row)}"
    joins = (
        f"{own}\nleft join {element.table(upper)} as u\n"
        f"    on u.row_id = {row}.parent_row_id and u.owner_id = {upper_owner}{same}\n"
        f"left join {element.table(upper)} as known on known.row_id = {row}.parent_row_id"
    )
    sound = "u.row_id is not null" + (f" and not {row}.is_link_broken" if level == "course" else "")
    flagged = f" and not {row}.is_link_broken" if level == "course" else ""
    return joins, f"coalesce({sound}, false)", f"{row}.parent_row_id is not null and known.row_id is null{flagged}"


def _find_rows(
    session: Editing, element: SetupElement, owners: Owners, key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Make ``edit_target``."""
    joins, is_linked, is_orphan = above_sql(element, owners.level)
    columns = {column.name: column for column in element.values}
    differs = [f"r.{name} is distinct from {_bound(columns[name])}" for name in values]
    sql = template("coursepush.scenario", "edit_target").format(
        is_linked=is_linked,
        is_orphan=is_orphan,
        differs=" or ".join(differs) or "false",
        table=element.table(owners.level),
        same_key=same_key_sql(element, "r"),
        above=joins,
    )
    bound = {"owners": owners.bound, **_named(key, "k"), **_named(values, "v")}
    session.run("rows to edit", f"create or replace temp table edit_target as\n{sql}", bound)


def _change(session: Editing, element: SetupElement, owners: Owners, copy: str, values: Mapping[str, Any]) -> None:
    columns = {column.name: column for column in element.values}
    sets = [f"{name} = {_bound(columns[name])}" for name in values]
    if owners.level == "course":
        sets.append("is_link_broken = r.is_link_broken or t.is_linked")
        sets.append("parent_row_id = case when t.is_orphan then null else r.parent_row_id end")
    session.run(
        "change rows",
        f"update {copy} as r\nset {', '.join(sets)}\nfrom edit_target as t\n"
        "where t.row_id = r.row_id and t.changes",
        _named(values, "v"),
    )


def _add(
    session: Editing, element: SetupElement, owners: Owners, copy: str, values: Mapping[str, Any], *, above: int
) -> None:
    link = {"master": "", "course": "null, false, ", "section": "null, "}[owners.level]
    names = {"master": "", "course": "parent_row_id, is_link_broken, ", "section": "parent_row_id, "}[owners.level]
    shown = [
        _bound(column) if column.name in values else f"cast({column.default or 'null'} as {column.sql_type})"
        for column in element.values
    ]
    session.run(
        "add rows",
        f"insert into {copy} (row_id, owner_id, {names}{', '.join(column.name for column in element.values)})\n"
        f"select {above} + row_number() over (order by owner_id), owner_id, {link}{', '.join(shown)}\n"
        "from edit_target\nwhere row_id is null",
        _named({name: values[name] for name in values if name in {c.name for c in element.values}}, "v"),
    )


def _lock_of_values(element: SetupElement) -> str:
    """The lock that governs the values of a row: a composite's weight has one of its own."""
    return element.locks[-1]


def _check_editable(session: Editing, element: SetupElement, owners: Owners, touched: str, lock: str) -> None:
    """Refuse what is read-only where it stands (SCENARIO.md 4)."""
    label = ELEMENT_LABELS[element.name]
    if owners.level == "section":
        rows = session.rows(
            "linked rows of sections",
            "select s.section_id from edit_target as t join section as s on s.section_id = t.owner_id "
            f"where t.is_linked and {touched} order by 1",
        )
        if rows:
            raise ReadOnlyError(
                f"{label}: in {counted(len(rows), 'section')} ({examples([row[0] for row in rows])}) this is "
                "linked to the course's, and so read-only for teachers. Edit the course or the course master, "
                "and push."
            )
    if owners.level == "course" and element.name not in _EDITABLE_THOUGH_LOCKED:
        sql = template("coursepush.scenario", "edit_locked").format(touched=touched)
        rows = session.rows("locked rows of courses", sql, {"lock": lock})
        if rows:
            shown = examples([f"{number} in {calendar}" for number, calendar, _ in rows])
            raise ReadOnlyError(
                f"{label}: the lock {lock!r} of the catalog {rows[0][2]} forbids it in "
                f"{counted(len(rows), 'course')} ({shown}), where this is linked to the course master's. Unlock "
                f"it (unlock({rows[0][2]!r}, {lock!r})), or edit the course master."
            )


def _check_free(session: Editing, owners: Owners, element: SetupElement, name: str) -> None:
    rows = session.rows(
        "names that are taken",
        f"select t.owner_id from edit_target as t join {element.table(owners.level)} as r "
        "on r.owner_id = t.owner_id and r.row_id <> t.row_id and lower(r.name) = lower($name) "
        "where t.row_id is not null order by 1",
        {"name": name},
    )
    if rows:
        what = {"master": "course master", "course": "course", "section": "section"}[owners.level]
        raise ScenarioError(
            f"{counted(len(rows), what)} ({examples([row[0] for row in rows])}) already "
            f"{'has' if len(rows) == 1 else 'have'} a category {name!r}. Choose another name, or "
            "remove that one first."
        )


def _check_empty(session: Editing) -> None:
    rows = session.rows(
        "categories with assignments",
        "select t.owner_id, count(*) from edit_target as t join assignment as a on a.category_row_id = t.row_id "
        "group by t.owner_id order by 1",
    )
    if rows:
        shown = examples([f"{section}: {counted(number, 'assignment')}" for section, number in rows])
        raise ScenarioError(
            f"In {counted(len(rows), 'section')} the category has assignments ({shown}). Move them first: "
            "realign(sections=..., category=..., to=...)."
        )


def _bound(column: Column) -> str:
    return f"cast($v_{column.name} as {column.sql_type})"


def _named(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in values.items()}


def _forget_target(session: Editing) -> None:
    session.run("drop", "drop table if exists temp.main.edit_target")
