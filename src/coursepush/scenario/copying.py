"""Copying course masters: to a new one, or onto existing ones, by data type (SCENARIO.md 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coursepush.errors import ScenarioError
from coursepush.model.elements import COURSE_INFO, MASTER_PUSH_DATA, SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import ATTRIBUTES
from coursepush.plan.request import Name, bound_ids, check_data
from coursepush.plan.requests.names import CATALOG, MASTER, find_many, find_one
from coursepush.scenario.courses import new_master
from coursepush.scenario.overlay import Editing
from coursepush.scenario.setting import largest_id
from coursepush.store.templates import template

_NEEDS = {
    "grade_calc_options": ("grading_tasks", "standards"),
    "composite_grades": ("grading_tasks", "standards"),
    "categories": ("grading_tasks", "standards"),
    "assessments": ("standards",),
}
"""Data type → those that its rows name, which go with it."""

_OWN = ("number", "name")
"""Attributes that a course master keeps as its own."""


def copy_master(
    session: Editing,
    catalog: Name,
    master: Name,
    *,
    number: str | None = None,
    name: str | None = None,
    to_catalog: Name | None = None,
    onto: Any = None,
    data: Sequence[str] | None = None,
) -> int:
    """Copy a course master to a new one, or onto others; how many course masters and rows that changes.

    Raises:
        ScenarioError: the new one has no number or name, or one that is taken; or it is copied onto itself.
        RequestError: a name or a data type is unknown.
    """
    catalog_id = find_one(session, CATALOG, catalog)
    target_catalog = catalog_id if to_catalog is None else find_one(session, CATALOG, to_catalog)
    [source] = _masters(session, catalog_id, master, catalog)[:1]
    ticked = with_needed(check_data(data, MASTER_PUSH_DATA, "a copy of a course master"))
    changed = 0
    if onto is None:
        if number is None or name is None:
            raise ScenarioError(
                "A copy needs a number and a name of its own: number=..., name=.... To copy onto course masters "
                "that are there, name them: onto=...."
            )
        changed += new_master(session, target_catalog, number, name)
        targets = _masters(session, target_catalog, number, target_catalog)
    else:
        if number is not None or name is not None:
            raise ScenarioError("Copied onto others, these keep their number and name: leave number and name out.")
        targets = _masters(session, target_catalog, onto, to_catalog or catalog)
        if source in targets:
            raise ScenarioError(
                f"The course master {master!r} cannot be copied onto itself. Leave it out of onto."
            )
    words = {"source": source, "targets": bound_ids(targets)}
    if COURSE_INFO in ticked:
        changed += _copy_info(session, words)
    for element in SETUP_ELEMENTS:
        if element.name in ticked:
            changed += _copy_rows(session, element, words)
    return changed


def with_needed(ticked: Sequence[str]) -> tuple[str, ...]:
    """The data types ticked and those that their rows name, in the order of a push: tasks go with options."""
    needed = {*ticked, *(one for name in ticked for one in _NEEDS.get(name, ()))}
    return tuple(name for name in MASTER_PUSH_DATA if name in needed)


def _masters(session: Editing, catalog_id: int, named: Any, catalog: Name) -> tuple[int, ...]:
    values = {"catalog_id": catalog_id}
    found = find_many(session, MASTER, named, "catalog_id = $catalog_id", values, []) or ()
    if not found:
        raise ScenarioError(f"The catalog {catalog!r} has no course master {named!r}.")
    return found


def _copy_info(session: Editing, words: dict[str, Any]) -> int:
    """Attributes that are not empty, and district-defined fields; how many course masters or fields change."""
    master, fields = session.lay_over("course_master"), session.lay_over("custom_field")
    copied = [column.name for column in ATTRIBUTES if column.name not in _OWN]
    differs = " or ".join(f"(s.{name} is not null and s.{name} is distinct from t.{name})" for name in copied)
    sets = ", ".join(f"{name} = coalesce(s.{name}, t.{name})" for name in copied)
    which = f"list_contains($targets::bigint[], t.master_id) and s.master_id = $source and ({differs})"
    changed = int(
        session.value(
            "masters that change", f"select count(*) from {master} as t, {master} as s where {which}", words
        )
    )
    session.run("copy attributes", f"update {master} as t set {sets} from {master} as s where {which}", words)
    sql = template("coursepush.scenario", "copy_fields").format(fields=fields)
    session.run("fields to copy", f"create or replace temp table edit_target as\n{sql}", words)
    changed += int(session.value("fields to copy", "select count(*) from edit_target"))
    session.run(
        "fields away",
        f"delete from {fields} as f using edit_target as t "
        "where f.level = t.level and f.owner_id = t.owner_id and f.field = t.field",
    )
    session.run("copy fields", f"insert into {fields} (level, owner_id, field, value) from edit_target")
    session.run("drop", "drop table temp.main.edit_target")
    return changed


def _copy_rows(session: Editing, element: SetupElement, words: dict[str, Any]) -> int:
    """Rows of one data type: those with the same key get the values, the others are added; how many of both."""
    largest = largest_id(session, element, "master")
    table = session.lay_over(element.table("master"))
    bank = ""
    if element.is_standard is not None:
        standard = "k.is_standard" if element.is_standard else "not k.is_standard"
        bank = f"join grading_task as k on k.task_id = r.task_id and {standard}"
    values = [column.name for column in element.values]
    same = " and ".join(
        f"lower(o.{name}) = lower(r.{name})" if name == "name" else f"o.{name} = r.{name}" for name in element.key
    )
    sql = template("coursepush.scenario", "copy_rows").format(
        table=table,
        values=", ".join(f"r.{name}" for name in values),
        differs=" or ".join(f"o.{name} is distinct from r.{name}" for name in values),
        same_key=same,
        bank=bank,
    )
    session.run("rows to copy", f"create or replace temp table edit_target as\n{sql}", words)
    changed = int(session.value("rows to copy", "select count(*) from edit_target"))
    sets = ", ".join(f"{name} = t.{name}" for name in values)
    session.run("copy values", f"update {table} as r set {sets} from edit_target as t where t.row_id = r.row_id")
    names = ", ".join(values)
    order = ", ".join(f"lower({name})" if name == "name" else name for name in element.key)
    session.run(
        "copy rows",
        f"insert into {table} (row_id, owner_id, {names})\n"
        f"select {largest} + row_number() over (order by target_id, {order}), target_id, {names} "
        "from edit_target where row_id is null",
    )
    session.run("drop", "drop table temp.main.edit_target")
    return changed
