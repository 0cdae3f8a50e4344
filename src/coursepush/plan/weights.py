"""Category weights that would no longer fit after a push: 40 and 60 that get another 60 (RULES.md 1).

Weights fit where the categories that count for a task weigh as much as on the level above; how much that is, is
the district's business. Where they weighed 100 before, they fit as long as they do.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from coursepush.errors import counted, examples
from coursepush.model.verdicts import WRITING
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session
from coursepush.store.templates import template

OWNERS_SHOWN = 3

_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)
_CONCERNED = ["categories", "grade_calc_options"]
_SOME_WEIGHTED = "\nunion all\n".join(
    f"(select '{level}' from {level}_grade_calc where weight_categories limit 1)"
    for level in ("master", "course", "section")
)
"""Whether any task of the district may be graded by weights; where none is, no weights have to fit."""

_LEVELS = {1: "course", 2: "section"}
_OWNERS = {
    1: "select course_id as owner_id, master_id as upper_owner_id from {p}target_course",
    2: "select section_id as owner_id, course_id as upper_owner_id from {p}scope_section",
}
_UPPER = {
    1: "select owner_id, weight, is_excluded, array_to_string(task_ids, ';') as task_ids from master_category",
    2: """select r.owner_id, r.weight, r.is_excluded, array_to_string(r.task_ids, ';') as task_ids
    from course_category as r
    semi join {p}target_course as c on c.course_id = r.owner_id
    anti join (select * from {p}verdict_1_categories where verdict in ({writing})) as v on v.row_id = r.row_id
    union all
    select owner_id, a_weight, a_is_excluded, a_task_ids
    from {p}verdict_1_categories
    where verdict in ({writing}) and verdict <> 'delete'""",
}
"""The categories one level up, as the push leaves them."""

_NAMED = {
    1: """
        select c.number || ' (' || k.name || ')', a.after_push, a.above, a.before_push
        from apart as a
        join course as c on c.course_id = a.owner_id
        join calendar as k on k.calendar_id = c.calendar_id
        order by k.name, c.number, c.course_id
    """,
    2: """
        select 'section ' || coalesce(s.number, '') || ' of ' || c.number || ' (' || k.name || ')',
            a.after_push, a.above, a.before_push
        from apart as a
        join section as s on s.section_id = a.owner_id
        join course as c on c.course_id = s.course_id
        join calendar as k on k.calendar_id = c.calendar_id
        order by k.name, c.number, c.course_id, s.number, s.section_id
    """,
}


def weights_apart(session: Session, tables: PlanTables, counts: pl.DataFrame) -> str | None:
    """The sentence of the warning, or nothing. Must run while the plan's working tables are there.

    `counts` are the plan's: on a hop on which nothing that weighs is written, nothing changes.
    """
    writing = counts.filter(pl.col("verdict").is_in(list(WRITING)), pl.col("element").is_in(_CONCERNED))
    if writing.is_empty() or not session.rows("grades by weights", _SOME_WEIGHTED):
        return None
    parts: list[tuple[int, str, list[str]]] = []
    for hop in sorted(set(writing["hop"])):
        found = _apart(session, tables, hop)
        if found:
            parts.append((len(found), _LEVELS[hop], found))
    if not parts:
        return None
    where = " and ".join(counted(number, level) for number, level, _ in parts)
    which = "; ".join(examples(found, OWNERS_SHOWN) for *_, found in parts)
    return (
        f"Category weights would no longer fit together in {where} graded by them. {which}. Grades there would be "
        "computed by shares that nobody chose: change or exclude categories, or agree on them first."
    )


def _apart(session: Session, tables: PlanTables, hop: int) -> list[str]:
    """Each course or section that would not fit, with what its categories would weigh."""
    words = {"p": tables.prefix, "writing": _WRITING}
    apart = template("coursepush.plan", "category_weights").format_map(
        {
            **words,
            "hop": hop,
            "level": _LEVELS[hop],
            "owners": _OWNERS[hop].format_map(words),
            "upper": _UPPER[hop].format_map(words),
        }
    )
    rows = session.rows(
        f"{_LEVELS[hop]}s whose category weights would not fit",
        # one row a course or section, with its name
        f"with apart as (\n{apart}\n)\n{_NAMED[hop]}",
    )
    return [f"{name} would weigh {_number(after)} ({_said(above, before)})" for name, after, above, before in rows]


def _said(above: Decimal | None, before: Decimal) -> str:
    beside = "none above" if above is None else f"{_number(above)} above"
    return f"{_number(before)} now, {beside}"


def _number(weight: Decimal) -> str:
    """120.0000 is 120."""
    text = f"{weight:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
