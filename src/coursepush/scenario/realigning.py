"""Edits of students' work, to rehearse what teachers would do: assignments realigned (SCENARIO.md 8).

Tables of work are not copied: a view over the district's lays the assignments that were moved over the others.
Where students work, which the district keeps (:mod:`coursepush.store.work`), is told anew for those sections.
"""

from __future__ import annotations

from typing import Any

from coursepush.errors import ScenarioError, counted, examples
from coursepush.plan.request import Name
from coursepush.plan.requests.names import TASK, find_one
from coursepush.scenario.overlay import Editing
from coursepush.scenario.owners import Where, find_owners
from coursepush.scenario.values import category_name
from coursepush.store.templates import template
from coursepush.store.work import work_by_task_sql, work_is_kept


def realign_category(session: Editing, sections: Any, category: str, to: str) -> int:
    """Move all assignments of one category to another one of the same section; how many move.

    Raises:
        ScenarioError: a section lacks one of the two. RequestError: there is no such section.
    """
    owners = find_owners(session, Where(sections=sections))
    _lay_over_categories(session)
    values = {"owners": owners.bound, "category": category_name(category), "to": category_name(to)}
    session.run(
        "categories to move between",
        # one row a section, its category of either name
        "create or replace temp table edit_move as\n"
        "select s.section_id, f.row_id as from_row_id, t.row_id as to_row_id\n"
        "from (select unnest($owners::bigint[]) as section_id) as s\n"
        "left join section_category as f on f.owner_id = s.section_id and lower(f.name) = lower($category)\n"
        "left join section_category as t on t.owner_id = s.section_id and lower(t.name) = lower($to)",
        values,
    )
    lacking = session.rows(
        "sections without it",
        "select section_id from edit_move where from_row_id is null or to_row_id is null order by 1",
    )
    if lacking:
        raise ScenarioError(
            f"{counted(len(lacking), 'section')} ({examples([row[0] for row in lacking])}) "
            f"{'has' if len(lacking) == 1 else 'have'} not both categories, {category!r} and {to!r}. Leave "
            f"{'it' if len(lacking) == 1 else 'them'} out, or name others."
        )
    moved = f"{session.database}.main.moved_assignment"
    session.run(
        "assignments to move",
        "create or replace temp table edit_moved as\nselect a.assignment_id, m.to_row_id\nfrom assignment as a\n"
        "join edit_move as m on m.from_row_id = a.category_row_id",
    )
    session.run(
        "moved before", f"delete from {moved} where assignment_id in (select assignment_id from edit_moved)"
    )
    session.run("move", f"insert into {moved} from edit_moved")
    session.run(
        "categories moved from and to",
        f"insert into {session.database}.main.moved_category\n"
        "select from_row_id from edit_move union select to_row_id from edit_move",
    )
    count = int(session.value("how many move", "select count(*) from edit_moved"))
    for table in ("edit_move", "edit_moved"):
        session.run("drop", f"drop table temp.main.{table}")
    return count


def realign_task(session: Editing, sections: Any, task: Name, to: Name) -> int:
    """Let all assignments that count for one task or standard count for another one; how many are realigned.

    Raises:
        ScenarioError: both are the same. RequestError: a name is unknown.
    """
    owners = find_owners(session, Where(sections=sections))
    first, second = find_one(session, TASK, task), find_one(session, TASK, to)
    if first == second:
        raise ScenarioError("Assignments are realigned to another task: the two are the same.")
    _lay_over_tasks(session)
    here, values = f"{session.database}.main", {"owners": owners.bound}
    session.run(
        "alignments of these sections",
        # one row an assignment of these sections, task and term
        "create or replace temp table edit_aligned as\nselect t.assignment_id, t.task_id, t.term_seq\n"
        "from assignment_task as t\njoin assignment as a on a.assignment_id = t.assignment_id\n"
        "where list_contains($owners::bigint[], a.section_id)",
        values,
    )
    tasks = {"first": first, "second": second}
    count = int(
        session.value(
            "how many move",
            "select count(distinct assignment_id) from edit_aligned where task_id = $first",
            {"first": first},
        )
    )
    aligned = "select assignment_id from edit_aligned"
    for table in ("moved_task", "moved_section_assignment"):
        session.run("moved before", f"delete from {here}.{table} where assignment_id in ({aligned})")
    session.run(
        "realign",
        f"insert into {here}.moved_task\nselect distinct assignment_id, "
        "case task_id when $first then $second else task_id end, term_seq from edit_aligned",
        tasks,
    )
    session.run("assignments realigned", f"insert into {here}.moved_section_assignment\n{aligned}\ngroup by all")
    session.run(
        "sections realigned",
        f"insert into {here}.moved_section\nselect unnest($owners::bigint[]) as section_id\nexcept\n"
        f"select section_id from {here}.moved_section",
        values,
    )
    session.run("drop", "drop table temp.main.edit_aligned")
    return count


def _lay_over_categories(session: Editing) -> None:
    if not session.once("moved_category"):
        return
    here = session.database
    session.run(
        "moved", f"create table {here}.main.moved_assignment (assignment_id bigint, category_row_id bigint)"
    )
    session.run("moved", f"create table {here}.main.moved_category (row_id bigint)")
    kept = work_is_kept(session)
    _view(session, "realigned_assignment", "main.assignment")
    if kept:
        _view(session, "realigned_category_in_use", "push.category_in_use")


def _lay_over_tasks(session: Editing) -> None:
    if not session.once("moved_task"):
        return
    here = f"{session.database}.main"
    session.run(
        "moved", f"create table {here}.moved_task (assignment_id bigint, task_id bigint, term_seq integer)"
    )
    session.run("moved", f"create table {here}.moved_section_assignment (assignment_id bigint)")
    session.run("moved", f"create table {here}.moved_section (section_id bigint)")
    kept = work_is_kept(session)
    _view(session, "realigned_task", "main.assignment_task")
    if kept:
        work = work_by_task_sql(f"(select section_id from {here}.moved_section)")
        _view(session, "realigned_work", "push.work", work=work)


def _view(session: Editing, name: str, stands_for: str, **words: str) -> None:
    sql = template("coursepush.scenario", name).format(database=session.database, **words)
    session.run(f"lay over {stands_for}", f"create view {session.database}.{stands_for} as\n{sql}")
