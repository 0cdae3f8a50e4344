"""Pieces of SQL that the plan's steps are filled in with, made from the element registry."""

from __future__ import annotations

from collections.abc import Sequence

from coursepush.model.elements import CUSTOM_FIELD_LOCK, SetupElement, Use
from coursepush.model.tables import Column
from coursepush.plan.text import value_columns
from coursepush.store.templates import template


def attributes_select(prefix: str, columns: Sequence[Column]) -> str:
    """One row a course and each of the attributes: the course's value and the master's, as text."""
    names = [column.name for column in columns]
    return template("coursepush.plan", "course_info_pair").format_map(
        {
            "p": prefix,
            "fields": ", ".join(f"'{name}'" for name in names),
            "before": ", ".join(f"cast(c.{name} as varchar)" for name in names),
            "after": ", ".join(f"cast(m.{name} as varchar)" for name in names),
        }
    )


def custom_field_select(prefix: str, catalog_id: int) -> str:
    """One row a course and locked district-defined field, likewise; no row counts as null."""
    return (
        "select t.course_id, 'custom.' || f.field as field, c.value as before_value, m.value as after_value\n"
        f"from {prefix}target_course as t\n"
        f"cross join (select substr(lock, {len(CUSTOM_FIELD_LOCK) + 1}) as field from catalog_lock "
        f"where catalog_id = {int(catalog_id)} and starts_with(lock, '{CUSTOM_FIELD_LOCK}')) as f\n"
        "left join custom_field as c "
        "on c.level = 'course' and c.owner_id = t.course_id and c.field = f.field\n"
        "left join custom_field as m "
        "on m.level = 'master' and m.owner_id = t.master_id and m.field = f.field"
    )


def pushable(prefix: str, element: SetupElement, *, hop: int, gap: str = "gap") -> tuple[str, str, str]:
    """Joins, the reason for which an upper row (alias u) cannot be pushed (4.3), and the wanted values.

    `gap` names a table or an earlier part of the statement: categories that name a task the course will lack.
    """
    joins: list[str] = []
    no_task: list[str] = []
    no_term: list[str] = []
    for number, column in enumerate(element.task_columns):
        joins.append(_task_join(prefix, number, column))
        no_task.append(f"(u.{column} is not null and t{number}.task_id is null)")
    for column in element.term_columns:
        no_term.append(f"(u.{column} is not null and not list_contains(c.terms, u.{column}))")
    if element.is_category:
        joins.append(f"left join {gap} as g on g.course_id = c.course_id and g.row_id = u.row_id")
        no_task.append("g.row_id is not null")
    whens: list[str] = []
    if no_task:
        whens.append(f"when {' or '.join(no_task)} then 'missing_dependency'")
    if no_term:
        whens.append(f"when {' or '.join(no_term)} then 'no_such_term'")
    blocked = f"case {' '.join(whens)} end" if whens else "null::varchar"
    if element.is_standard is not None:
        joins.append(bank_join("u", element))
    return "\n".join(joins), blocked, _wanted_values(element, stored=hop == 1)


def compared(prefix: str, element: SetupElement, *, hop: int) -> tuple[str, str]:
    """Joins and values of an upper row (alias u) as a push would write it, whether or not it can be pushed."""
    calculates = any(column.name == "calc_type" for column in element.values)
    joins = [_task_join(prefix, 0, "task_id")] if element.use is Use.OPTION and calculates else []
    if element.is_standard is not None:
        joins.append(bank_join("u", element))
    return "\n".join(joins), _wanted_values(element, stored=hop == 1)


def differs(element: SetupElement, *, leave_out: tuple[str, ...] = ()) -> str:
    """Whether a present row (alias p) has other values than the wanted one (alias w); names in their case too."""
    names = [column.name for column in element.values if column.name not in leave_out]
    if not element.is_category:
        names = [name for name in names if name not in element.key]
    tests = [f"w.{name} is distinct from p.{name}" for name in names]
    return f"({' or '.join(tests)})" if tests else "false"


def _wanted_values(element: SetupElement, *, stored: bool) -> str:
    """The values of an upper row (alias u); a post-only task (alias t0) is wanted without calculation (4.3)."""
    values = value_columns("u", element, stored=stored)
    if element.use is Use.OPTION:
        values = values.replace(
            "u.calc_type",
            "case when t0.is_post_only then 'none' else u.calc_type end as calc_type",
        )
    return values


def _task_join(prefix: str, number: int, column: str) -> str:
    """The task that an upper row (alias u) names in `column`, as the course (alias c) will have it."""
    return (
        f"left join {prefix}task_after as t{number} "
        f"on t{number}.course_id = c.course_id and t{number}.task_id = u.{column}"
    )


def bank_join(alias: str, element: SetupElement) -> str:
    """Grading tasks and standards share their tables; the bank tells them apart."""
    return (
        f"join grading_task as k on k.task_id = {alias}.task_id "
        f"and k.is_standard = {str(bool(element.is_standard)).lower()}"
    )
