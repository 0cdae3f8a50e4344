"""What keeps a row from going back: one that holds its key, hangs on it, or names its task, if that one stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coursepush.model.elements import SETUP_ELEMENTS
from coursepush.plan.tables import Judged

Fill = Callable[..., str]
"""The SQL of a part of an undo, by name, with what is filled into it."""


def needs(fill: Fill, judged: Sequence[Judged], *, ids_are_new: bool) -> list[str]:
    """The queries of which `need` is made, of the rows of every table.

    `ids_are_new`: what the push added got new ids, so that whatever hangs on it came later.
    """
    found = [fill("need_number")]
    for one in judged:
        element, words = one.element, {"hop": one.hop, "element": one.element.name, "table": one.table}
        same_key = " and ".join(
            "lower(x.name) = lower(r.f_name)" if name == "name" else f"x.{name} = r.f_{name}"
            for name in element.key
        )
        found.append(fill("need_key", **words, same_key=same_key))
        if one.hop == 1 and element.has_sections:
            found.append(
                fill(
                    "need_parent",
                    **words,
                    lower=element.table("section"),
                    ids_are_new="true" if ids_are_new else "false",
                )
            )
        if element.family != "task":
            found.append(_task_need(fill, one))
    return found


def _task_need(fill: Fill, one: Judged) -> str:
    element = one.element
    names = [f"x.{column} = r.n_task_id" for column in element.task_columns]
    named = [f"h.before_{column} = r.n_task_id" for column in element.task_columns]
    if element.is_category:
        names = ["list_contains(x.task_ids, r.n_task_id)"]
        named = ["list_contains(h.before_task_ids, r.n_task_id)"]
    tasks = [fill("need_task_of", element=e.name) for e in SETUP_ELEMENTS if e.family == "task"]
    return fill(
        "need_task",
        table=one.table,
        tasks=f"({' union all '.join(tasks)})",
        owners="course" if one.hop == 1 else "section",
        owner_id="course_id" if one.hop == 1 else "section_id",
        names_task=f"({' or '.join(names)})",
        named_task_before=f"({' or '.join(named)})",
    )
