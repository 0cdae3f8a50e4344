"""The one statement that judges the rows of a data type on a hop: wanted against present, to verdicts.

It is written once (``sql/verdict.sql``) and filled in from the element registry. What differs by hop is what is
wanted and what is present; by element, how rows meet and what makes them used; by kind of plan, the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursepush.model.elements import ELEMENTS_BY_NAME, SetupElement, Use
from coursepush.plan.fragments import (
    PAIRING,
    TAKES_WANTED,
    bank_join,
    compared,
    differs,
    link_sql,
    pushable,
)
from coursepush.plan.rules import Numbered, decide_sql, inserts_beside_sql, outcome_sql
from coursepush.plan.step import Step, nothing_sql
from coursepush.plan.tables import SAME, PlanTables, verdict_columns
from coursepush.plan.text import value_columns
from coursepush.plan.use import used_by
from coursepush.store.templates import template

TASKS = ("grading_tasks", "standards")

RESTS_ON_USE = {
    1: "(m.pairing = 'extra')",
    2: "(m.pairing = 'extra' or (m.pairing = 'paired' and m.link = 'local'))",
}
"""Whether a row's verdict may rest on its use, per hop."""


_NOT_SAME = """where p.row_id is null
        or w.upper_row_id is null
        or w.blocked is not null
        or p.is_link_broken
        or p.parent_row_id is distinct from w.upper_row_id
        or {differs}"""
"""Leaves out what is linked and equal before anything else is asked of it: most rows of most districts."""

_PARENT_OWNER = ",\n        known.owner_id as parent_owner_id"
"""Whose the parent is of a course's row, if there is one still."""

_UNSOUND = """where p.row_id is not null
        and (
            w.upper_row_id is null
            or p.is_link_broken
            or p.parent_row_id is distinct from w.upper_row_id
        )"""
"""Leaves out what is linked, whatever its values, and what is wanted and not there."""

_SPREADS = "not u.is_residual and (u.parent_row_id is null or u.is_link_broken or m.row_id is not null)"
"""Whether a course's row (alias u) spreads to sections; what is left over on the course does not (5.1)."""


@dataclass(frozen=True, slots=True)
class Judging:
    """How the rows of one element are judged on one hop.

    Attributes:
        rules: the first that matches decides.
        pairing: what a matched row (alias m) is to the rules.
        takes_wanted: whether a verdict (alias v) writes the wanted row's link.
        takes_values: whether it writes the wanted row's values too.
        blocks: whether what RULES.md 4.3 names is held against wanted rows.
        keeps_weight: a present composite row keeps its weight, whatever is wanted (4.4).
        only_linked: nothing but linked pairs has a verdict (4.4).
        residual_tasks: whether an option may stand on a residual task (4.2).
        asks_use: whether anything rests on use.
        spreads: everything on a course is for all of its sections, what is left over too.
        narrowed: options and composites are not wanted in terms in which a section does not meet (5.1).
        where: which verdicts (alias v) there are; all by default.
        also: what else of a judged row the table keeps, by column.
        leaves_same: what is linked and equal is left to the step `same`; otherwise it is in the table too.
        only_unsound: there is nothing but present rows that are not soundly linked, and values are not compared.
        only_used: of present options those without any work on their task are left out early.
        unused: what a row without a known use is called.
        keeps_work: the district keeps where students work.
    """

    rules: Numbered
    pairing: str = PAIRING
    takes_wanted: str = TAKES_WANTED
    takes_values: bool = True
    blocks: bool = True
    keeps_weight: bool = False
    only_linked: bool = False
    residual_tasks: bool = False
    asks_use: bool = True
    spreads: bool = False
    narrowed: bool = True
    where: str | None = None
    also: tuple[str, ...] = ()
    leaves_same: bool = True
    only_unsound: bool = False
    only_used: bool = False
    unused: str = "unused"
    keeps_work: bool = False


def verdict_step(tables: PlanTables, hop: int, element: SetupElement, how: Judging) -> Step:
    """The step that makes ``verdict_<hop>_<element>``: one row a pair, but what is linked and equal."""
    prefix = tables.prefix
    joins, is_used = used_by(prefix, hop, element, keeps_work=how.keeps_work) if how.asks_use else ("", "false")
    link = link_sql(hop)
    fact_joins = [joins]
    if hop == 1:
        fact_joins.append(f"left join {element.table('master')} as known on known.row_id = m.parent_row_id")
    if element.is_category:
        link = f"case when l.place <> 1 then 'local' else {link} end"
        fact_joins.append("left join met_by_link as l on l.row_id = m.row_id")
    on_residual_task = "false"
    if how.residual_tasks:
        fact_joins.append(
            f"left join {prefix}task_after as t\n"
            "        on t.course_id = m.owner_id and t.task_id = m.p_task_id and t.is_residual"
        )
        on_residual_task = "coalesce(t.task_id is not null and m.p_calc_type <> 'none', false)"
    beside = ""
    inserts = inserts_beside_sql(how.rules)
    if inserts is not None:
        beside = _template("inserts_beside").format_map(
            {"columns_out": ",\n    ".join(_inserted(element, how)), "condition": inserts}
        )
    sql = _template("verdict").format_map(
        {
            "handed": _before_wanted(prefix, hop, element, how),
            "wanted": _wanted(prefix, hop, element, how),
            "present": _present(prefix, hop, element, only_used=how.only_used),
            "met_as": "linked" if element.is_category else "met",
            "met": _met(hop, element, how),
            "pairing": how.pairing,
            "link": link,
            "is_used": is_used,
            "on_residual_task": on_residual_task,
            "more_facts": _PARENT_OWNER if "parent_owner_id" in how.also else "",
            "fact_joins": "\n    ".join(join for join in fact_joins if join),
            "rule_no": decide_sql(how.rules),
            "verdict": outcome_sql(how.rules, "verdict"),
            "reason": outcome_sql(how.rules, "reason"),
            "rests_on_use": RESTS_ON_USE[hop] if how.asks_use else "false",
            "unused": how.unused,
            "exception": "" if how.leaves_same else ", but in this plan",
            "columns_out": ",\n    ".join(_columns(element, how)),
            "where": _where(how),
            "inserts_beside": f"\n{beside}" if beside else "",
        }
    )
    return Step(f"verdict.{hop}.{element.name}", tables.verdicts(hop, element), sql)


def no_verdict_step(tables: PlanTables, hop: int, element: SetupElement, *, differs: bool = False) -> Step:
    """The step that makes ``verdict_<hop>_<element>`` with no row, where the element does not go."""
    columns = verdict_columns(element) | ({"differs": "boolean"} if differs else {})
    return Step(f"verdict.{hop}.{element.name}", tables.verdicts(hop, element), nothing_sql(columns))


def tasks_judged(tables: PlanTables, writing: Sequence[str], rows: str = "{}") -> dict[str, Any]:
    """What the step `task_after` is filled in with: the verdicts on tasks and standards, and which of them write.

    `rows` makes a relation of the name of each table of verdicts, and of the data type.
    """
    judged = {name: rows.format(tables.verdicts(1, ELEMENTS_BY_NAME[name]), name) for name in TASKS}
    return {"writing": ", ".join(f"'{verdict}'" for verdict in writing), **judged}


def _template(name: str) -> str:
    return template("coursepush.plan", name)


# -- what is wanted, what is there, and how the two meet ---------------------------------------------------


def _before_wanted(prefix: str, hop: int, element: SetupElement, how: Judging) -> str:
    """What the statement begins with: on hop 2 what is handed on, and the categories that name a missing task."""
    if hop == 2:
        return _handed(prefix, element, how)
    if element.is_category and how.blocks:
        return f"gap as (\n    {_template('category_gap').format_map({'p': prefix})}\n), "
    return ""


def _wanted(prefix: str, hop: int, element: SetupElement, how: Judging) -> str:
    if hop == 1:
        joins, blocked, values = pushable(prefix, element, hop=1)
        if not how.blocks:
            joins, values = compared(prefix, element, hop=1)
            blocked = "null::varchar"
        return _template("wanted_of_master").format_map(
            {
                "p": prefix,
                "upper_table": element.table("master"),
                "blocked": blocked,
                "values": values,
                "joins": joins,
            }
        )
    values = value_columns("h", element, stored=False)
    narrowed = ""
    if how.narrowed and not element.is_category:
        narrowed = f"anti join {prefix}not_meeting as n on n.section_id = s.section_id and n.term_seq = h.term_seq"
    return _template("wanted_of_course").format_map({"p": prefix, "values": values, "narrowed": narrowed})


def _present(prefix: str, hop: int, element: SetupElement, *, only_used: bool = False) -> str:
    joins = bank_join("r", element) if element.is_standard is not None else ""
    if only_used and element.use is Use.OPTION:  # keys pair these one by one, whatever else there is
        joins = f"semi join {prefix}work_{hop} as u on u.owner_id = r.owner_id and u.task_id = r.task_id"
    return _template("present_on_course" if hop == 1 else "present_on_section").format_map(
        {
            "p": prefix,
            "table": element.table("course" if hop == 1 else "section"),
            "values": value_columns("r", element, stored=True),
            "joins": joins,
        }
    )


def _handed(prefix: str, element: SetupElement, how: Judging) -> str:
    """The course's rows as hop 1 leaves them, as the first two parts of the statement of hop 2."""
    joins, blocked, values = pushable(prefix, element, hop=2)
    gap = ""
    if not how.blocks:
        joins, values = compared(prefix, element, hop=2)
        blocked = "null::varchar"
    elif element.is_category:
        gap = f"gap as (\n    {_template('category_gap_after').format_map({'p': prefix})}\n), "
    written = "v.verdict in ('update', 'relink', 'rename')"
    names = [column.name for column in element.values]
    after = [f"case when {written} then v.a_{name} else p.{name} end as {name}" for name in names]
    links = [
        f"case when {written} then v.a_{name} else p.{name} end as {name}"
        for name in ("parent_row_id", "is_link_broken")
    ]
    words = {
        "p": prefix,
        "element": element.name,
        "family": element.family,
        "present": _present(prefix, 1, element),
        "link_after": ",\n        ".join(links),
        "values_after": ",\n        ".join(after),
        "values_new": ",\n        ".join(f"w.a_{name}" for name in names),
        "master_table": element.table("master"),
        "spreads": "true" if how.spreads else _SPREADS,
        "blocked": blocked,
        "values": values,
        "joins": joins,
    }
    rows, handed = (_template(name).format_map(words) for name in ("course_rows_after", "handed"))
    return f"after as (\n    {rows}\n), {gap}handed as (\n    {handed}\n), "


def _met(hop: int, element: SetupElement, how: Judging) -> str:
    different = differs(element, leave_out=("weight",) if how.keeps_weight else ())
    if how.only_unsound:  # of several categories with one parent, the name says which is linked
        different = "w.name is distinct from p.name" if element.is_category else "false"
    names = [column.name for column in element.values]
    both = [f"{side}.{name} as {side}_{name}" for side in "pw" for name in names]
    leaves_same, not_same = "false", ""
    if how.leaves_same:
        leaves_same = "l.is_same"
        not_same = _NOT_SAME.format(differs=different)
    if how.only_unsound:
        not_same = _UNSOUND
    words = {
        "differs": different,
        "columns": ",\n        ".join(both),
        "same_key": " and ".join(f"p.{name} = w.{name}" for name in element.key),
        "leaves_same": leaves_same,
        "join": "right join" if how.only_unsound else "full join",
        "not_same": not_same,
    }
    if element.is_category:
        return _template("met_by_link").format_map(words)
    if hop == 1 or how.spreads:
        return _template("met_by_key").format_map(words)
    halves = [
        f"case when {own} then j.{side}_{name} end as {side}_{name}"
        for side, own in (("p", "h.is_section or not j.stands_apart"), ("w", "not h.is_section"))
        for name in names
    ]
    return _template("met_or_apart").format_map(
        {**words, "met": _template("met_by_key").format_map(words), "halves": ",\n        ".join(halves)}
    )


# -- what comes of it ---------------------------------------------------------------------------------------


def _where(how: Judging) -> str:
    conditions = [how.where] if how.where else []
    if how.only_linked:
        conditions.append("v.row_id is not null and not v.is_link_broken and v.parent_row_id = v.upper_row_id")
    return f"where {' and '.join(conditions)}" if conditions else ""


def _columns(element: SetupElement, how: Judging) -> list[str]:
    """Before, after, and the wanted key."""
    links = (("parent_row_id", "v.upper_row_id"), ("is_link_broken", "false"))
    columns = [f"v.{name} as b_{name}" for name, _ in links]
    gone, takes = "v.verdict = 'delete'", how.takes_wanted
    columns += [
        f"case when {gone} then null when {takes} then {taken} else v.{name} end as a_{name}"
        for name, taken in links
    ]
    columns += [f"v.p_{column.name} as b_{column.name}" for column in element.values]
    columns += [_after(column.name, how) for column in element.values]
    columns += [f"v.w_{name}" for name in element.key]
    return columns + [f"v.{name}" for name in how.also]


def _after(name: str, how: Judging) -> str:
    whens = ["when v.verdict = 'delete' then null"]
    if name == "calc_type" and how.residual_tasks:
        whens.append("when v.reason = 'residual_task' then 'none'")
    taken = f"v.w_{name}"
    if name == "weight" and how.keeps_weight:
        taken = "case when v.verdict = 'insert' then v.w_weight else v.p_weight end"
    if how.takes_values:
        whens.append(f"when {how.takes_wanted} then {taken}")
    return f"case {' '.join(whens)} else v.p_{name} end as a_{name}"


def _inserted(element: SetupElement, how: Judging) -> list[str]:
    """The same columns of a row that is added."""
    columns = ["null as b_parent_row_id", "null as b_is_link_broken"]
    columns += ["v.upper_row_id as a_parent_row_id", "false as a_is_link_broken"]
    columns += [f"null as b_{column.name}" for column in element.values]
    columns += [f"v.w_{column.name} as a_{column.name}" for column in element.values]
    return columns + [f"v.{name}" for name in (*(f"w_{name}" for name in element.key), *how.also)]


def same_step(tables: PlanTables, hop: int, elements: Sequence[SetupElement]) -> Step:
    """The step that makes ``same_<hop>``, after the verdicts: of these elements, what they left out."""
    selects = [
        _template("same_of_element").format_map(
            {
                "element": element.name,
                "present": _present(tables.prefix, hop, element),
                "verdicts": tables.verdicts(hop, element),
            }
        )
        for element in elements
    ]
    every = "\nunion all\n".join(selects) or nothing_sql(SAME)
    return Step(f"same.{hop}", tables.same(hop), _template("same").format_map({"selects": every}))
