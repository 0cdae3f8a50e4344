"""Edits of links: rows linked to the row of their key one level up, or made their owner's own (SCENARIO.md 7)."""

from __future__ import annotations

from coursepush.errors import ScenarioError
from coursepush.model.elements import SetupElement
from coursepush.scenario.overlay import Editing
from coursepush.scenario.owners import Owners, Where, find_owners
from coursepush.scenario.setting import same_key_sql
from coursepush.scenario.values import category_name
from coursepush.store.templates import template


def link_rows(session: Editing, element: SetupElement, where: Where, name: str | None = None) -> int:
    """Link rows to those with the same key one level up; how many are linked otherwise than before.

    Raises:
        ScenarioError: course masters have no links. RequestError: a name is unknown.
    """
    owners = _found(session, element, where)
    copy = session.lay_over(element.table(owners.level))
    upper = _upper(session, element, owners, name)
    flag, is_broken = (
        (", is_link_broken = false", " or r.is_link_broken") if owners.level == "course" else ("", "")
    )
    changed = f"u.upper_row_id is not null and (r.parent_row_id is distinct from u.upper_row_id{is_broken})"
    count = _count(session, copy, changed)
    session.run(
        "link rows",
        f"update {copy} as r\nset parent_row_id = u.upper_row_id{flag}\nfrom edit_upper as u\n"
        f"where u.row_id = r.row_id and {changed}",
    )
    session.run("drop", f"drop table {upper}")
    return count


def unlink_rows(session: Editing, element: SetupElement, where: Where, name: str | None = None) -> int:
    """Make rows their owner's own; how many had a parent.

    Raises:
        ScenarioError: course masters have no links. RequestError: a name is unknown.
    """
    owners = _found(session, element, where)
    copy = session.lay_over(element.table(owners.level))
    upper = _upper(session, element, owners, name)
    flag = ", is_link_broken = false" if owners.level == "course" else ""
    changed = "r.parent_row_id is not null"
    count = _count(session, copy, changed)
    session.run(
        "unlink rows",
        f"update {copy} as r\nset parent_row_id = null{flag}\nfrom edit_upper as u\n"
        f"where u.row_id = r.row_id and {changed}",
    )
    session.run("drop", f"drop table {upper}")
    return count


def _found(session: Editing, element: SetupElement, where: Where) -> Owners:
    owners = find_owners(session, where, element)
    if owners.level == "master":
        raise ScenarioError("Rows of course masters are linked to nothing. Name courses=... or sections=....")
    return owners


def _upper(session: Editing, element: SetupElement, owners: Owners, name: str | None) -> str:
    """Make ``edit_upper``; gives its name."""
    owner, upper_owner = (
        ("join course as c on c.course_id = r.owner_id", "c.master_id")
        if owners.level == "course"
        else ("join section as c on c.section_id = r.owner_id", "c.course_id")
    )
    which, values = "true", {"owners": owners.bound}
    if element.is_standard is not None:
        owner += "\njoin grading_task as k on k.task_id = r.task_id"
        which = f"k.is_standard = {str(element.is_standard).lower()}"
    if name is not None:
        if not element.is_category:
            raise ScenarioError(
                "Only categories are named. Leave the name out: all rows of the data type are meant."
            )
        which, values = "lower(r.name) = lower($name)", {**values, "name": category_name(name)}
    sql = template("coursepush.scenario", "edit_upper").format(
        table=element.table(owners.level),
        owner=owner,
        upper_table=element.table(owners.above),
        upper_owner=upper_owner,
        same_key=same_key_sql(element, "u", "r"),
        which=which,
    )
    session.run("rows and those above", f"create or replace temp table edit_upper as\n{sql}", values)
    return "temp.main.edit_upper"


def _count(session: Editing, copy: str, changed: str) -> int:
    return int(
        session.value(
            "links that change",
            f"select count(*) from {copy} as r join edit_upper as u using (row_id) where {changed}",
        )
    )
