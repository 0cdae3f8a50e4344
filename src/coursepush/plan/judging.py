"""What comes of the pairs of a hop: the rules, asked once of all elements together (``sql/judged.sql``).

Rows meet element by element, typed (:mod:`coursepush.plan.meeting`). What a verdict rests on is the same for every
element, and narrow, so that one statement decides all of them. Each element's verdicts then get its values back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from coursepush.model.elements import ELEMENTS_BY_NAME, SetupElement
from coursepush.model.verdicts import Verdict
from coursepush.plan.fragments import bank_join
from coursepush.plan.meeting import Judging, met_step
from coursepush.plan.rules import Numbered, decide_sql, inserts_beside_sql, outcome_sql
from coursepush.plan.step import Made, Step
from coursepush.plan.tables import SAME, PlanTables, also_columns, verdict_columns
from coursepush.plan.use import may_be_used, used_by
from coursepush.store.templates import template

TASKS = ("grading_tasks", "standards")

RESTS_ON_USE = {
    1: "(pairing = 'extra')",
    2: "(pairing = 'extra' or (pairing = 'paired' and link = 'local'))",
}
"""Whether a row's verdict may rest on its use, per hop."""

_TAKES = ", ".join(f"'{verdict}'" for verdict in (Verdict.INSERT, Verdict.UPDATE, Verdict.RELINK))
"""The verdicts that write the wanted row's link, and its values unless a plan leaves these alone."""

_DECIDED = ("parent_owner_id", "pairing", "is_used")
"""What a table of verdicts may keep of what was decided; all else is of the pair."""


def judge(
    tables: PlanTables,
    hop: int,
    ways: Mapping[SetupElement, Judging],
    rules: Numbered,
    made: Made,
    *,
    part: str = "",
) -> Iterator[Step]:
    """The steps that make the verdicts of some elements on a hop: rows meet, the rules decide, values come back.

    What has no row to meet, or no pair that is not simply the same, takes one step: it makes its empty table.

    Args:
        ways: element → how its rows are met and judged.
        made: the tables that the plan made so far and how many rows are in each; of the district's tables those
            that have any.
        part: tells this judging from another one of the same hop.
    """
    for element, how in ways.items():
        if _may_meet(tables, hop, element, made):
            unchanged = hop == 2 and not made.get(tables.verdicts(1, element))
            yield met_step(tables, hop, element, how, as_they_stand=unchanged)
    met = {element: how for element, how in ways.items() if made.get(tables.met(hop, element))}
    judged = f"{tables.judged_pairs(hop)}{part}"
    if met:
        yield _judged_step(tables, hop, met, rules, made, judged)
    for element, how in ways.items():
        if element in met:
            yield _verdict_step(tables, hop, element, how, rules, judged)
        else:
            yield no_verdict_step(tables, hop, element, also=how.also)


def no_verdict_step(tables: PlanTables, hop: int, element: SetupElement, *, also: Collection[str] = ()) -> Step:
    """The step that makes ``verdict_<hop>_<element>`` with no row, where nothing is to be judged.

    `also`: what else the table keeps.
    """
    columns = verdict_columns(element) | also_columns(element, also)
    return Step(f"verdict.{hop}.{element.name}", tables.verdicts(hop, element), columns=columns)


def tasks_judged(tables: PlanTables, writing: Sequence[str], rows: str = "{}") -> dict[str, Any]:
    """What the step `task_after` is filled in with: the verdicts on tasks and standards, and which of them write.

    `rows` makes a relation of the name of each table of verdicts, and of the data type.
    """
    judged = {name: rows.format(tables.verdicts(1, ELEMENTS_BY_NAME[name]), name) for name in TASKS}
    return {"writing": ", ".join(f"'{verdict}'" for verdict in writing), **judged}


def same_step(tables: PlanTables, hop: int, elements: Sequence[SetupElement], made: Made) -> Step:
    """The step that makes ``same_<hop>``, after the verdicts: of these elements, what they left out."""
    selects: list[str] = []
    for element in elements:
        if not _may_meet(tables, hop, element, made):
            continue
        verdicts = tables.verdicts(hop, element)
        others = [bank_join("r", element)] if element.is_standard is not None else []
        others += [f"anti join {verdicts} as v on v.row_id = r.row_id"] if made.get(verdicts) else []
        level, owners = (("course", "target_course"), ("section", "scope_section"))[hop - 1]
        words = {
            "p": tables.prefix,
            "element": element.name,
            "table": element.table(level),
            "owners": owners,
            "owner_id": f"{level}_id",
            "others": "\n".join(others),
        }
        selects.append(_template("same_of_element").format_map(words).rstrip())
    if not selects:
        return Step(f"same.{hop}", tables.same(hop), columns=SAME)
    every = "\nunion all\n".join(selects)
    return Step(f"same.{hop}", tables.same(hop), _template("same").format_map({"selects": every}))


def _template(name: str) -> str:
    return template("coursepush.plan", name)


def _may_meet(tables: PlanTables, hop: int, element: SetupElement, made: Made) -> bool:
    """Whether there can be a row on either side: tables of an element that a district does not use are empty."""
    owners, levels = (("target_course", ("master", "course")), ("scope_section", ("course", "section")))[hop - 1]
    if not made.get(f"{tables.prefix}{owners}"):
        return False
    added = made.get(tables.verdicts(1, element), 0) if hop == 2 else 0
    return bool(added or any(made.get(element.table(level)) for level in levels))


# -- the rules ---------------------------------------------------------------------------------------------


def _judged_step(
    tables: PlanTables,
    hop: int,
    ways: Mapping[SetupElement, Judging],
    rules: Numbered,
    made: Made,
    judged: str,
) -> Step:
    """The step that makes ``judged_<hop>``: one row a pair of all these elements, and its verdict."""
    asks_use = all(how.asks_use for how in ways.values())
    pairs = "\n    union all\n    ".join(_pairs(tables, hop, element, how, made) for element, how in ways.items())
    sql = _template("judged").format_map(
        {
            "pairs": pairs,
            "link": _template("link"),
            "rule_no": decide_sql(rules),
            "verdict": outcome_sql(rules, "verdict"),
            "reason": outcome_sql(rules, "reason"),
            "rests_on_use": RESTS_ON_USE[hop] if asks_use else "false",
            "takes": _TAKES,
        }
    )
    return Step(judged.removeprefix(tables.prefix).replace("_", ".", 1), judged, sql)


def _pairs(tables: PlanTables, hop: int, element: SetupElement, how: Judging, made: Made) -> str:
    joins, is_used = "", "false"
    if how.asks_use and may_be_used(tables, hop, element, made):
        joins, is_used = used_by(tables.prefix, hop, element, keeps_work=how.keeps_work)
    all_joins = [joins]
    if hop == 1:
        all_joins.append(f"left join {element.table('master')} as known on known.row_id = m.parent_row_id")
    on_residual_task = "false"
    if how.residual_tasks:
        all_joins.append(
            f"left join {tables.prefix}task_after as t\n"
            "        on t.course_id = m.owner_id and t.task_id = m.p_task_id and t.is_residual"
        )
        on_residual_task = "coalesce(t.task_id is not null and m.p_calc_type <> 'none', false)"
    return (
        _template("pair")
        .format_map(
            {
                "element": element.name,
                "met": tables.met(hop, element),
                "is_second": "m.is_second" if element.is_category else "false",
                "parent_owner_id": "known.owner_id" if hop == 1 else "null::bigint",
                "is_used": is_used,
                "on_residual_task": on_residual_task,
                "mode": how.mode or "",
                "unused": how.unused,
                "joins": "\n    ".join(join for join in all_joins if join),
            }
        )
        .rstrip()
    )


# -- the verdicts with their values --------------------------------------------------------------------------


def _verdict_step(
    tables: PlanTables, hop: int, element: SetupElement, how: Judging, rules: Numbered, judged: str
) -> Step:
    """The step that makes ``verdict_<hop>_<element>``: one row a pair, but what is linked and equal."""
    words = {"element": element.name, "met": tables.met(hop, element), "judged": judged}
    own = {
        "alters": "j.takes and m.differs" if how.takes_values else "false",
        "columns": _columns(element, how),
        "where": f"where {how.where}" if how.where else "",
    }
    parts = [_template("verdict").format_map({**words, **own}).rstrip()]
    beside = inserts_beside_sql(rules)
    if element.is_category and beside is not None:
        added = {"columns": _columns_beside(element, how), "condition": beside}
        parts.append(_template("inserts_beside").format_map({**words, **added}))
    return Step(f"verdict.{hop}.{element.name}", tables.verdicts(hop, element), "\n\n".join(parts))


def _columns(element: SetupElement, how: Judging) -> str:
    """Before, after, and the wanted key."""
    links = (("parent_row_id", "m.upper_row_id"), ("is_link_broken", "false"))
    columns = [f"m.{name} as b_{name}" for name, _ in links]
    columns += [
        f"case when j.verdict = 'delete' then null when j.takes then {taken} else m.{name} end as a_{name}"
        for name, taken in links
    ]
    columns += [f"m.p_{column.name} as b_{column.name}" for column in element.values]
    columns += [_after(column.name, how) for column in element.values]
    columns += [f"m.w_{name}" for name in element.key]
    return ",\n    ".join([*columns, *_also(how)])


def _after(name: str, how: Judging) -> str:
    whens = ["when j.verdict = 'delete' then null"]
    if name == "calc_type" and how.residual_tasks:
        whens.append("when j.reason = 'residual_task' then 'none'")
    taken = f"m.w_{name}"
    if name == "weight" and how.keeps_weight:
        taken = "case when j.verdict = 'insert' then m.w_weight else m.p_weight end"
    if how.takes_values:
        whens.append(f"when j.takes then {taken}")
    return f"case {' '.join(whens)} else m.p_{name} end as a_{name}"


def _columns_beside(element: SetupElement, how: Judging) -> str:
    """The same columns of a row that is added."""
    columns = ["null as b_parent_row_id", "null as b_is_link_broken"]
    columns += ["m.upper_row_id as a_parent_row_id", "false as a_is_link_broken"]
    columns += [f"null as b_{column.name}" for column in element.values]
    columns += [f"m.w_{column.name} as a_{column.name}" for column in element.values]
    return ",\n    ".join([*columns, *(f"m.w_{name}" for name in element.key), *_also(how)])


def _also(how: Judging) -> list[str]:
    return [f"{'j' if name in _DECIDED else 'm'}.{name}" for name in how.also]
