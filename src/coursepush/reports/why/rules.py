"""Which rule of the rule table decided a verdict: the table of plan/rules.py read in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursepush.model.elements import SetupElement
from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.request import CoursePush, MasterPush
from coursepush.plan.rules import Mode, Pairing, Rule, rules_for

_UNPUSHABLE = (Reason.MISSING_DEPENDENCY, Reason.NO_SUCH_TERM)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule table is told of a pair of rows; see :class:`coursepush.plan.rules.Rule`."""

    pairing: Pairing
    link: Link | None
    differs: bool
    used: bool
    on_residual_task: bool


def mode_of(request: Any, element: SetupElement) -> Mode | None:
    """The mode in which a push judges an element (RULES.md 5); None for plans that are no push."""
    if isinstance(request, MasterPush):
        return request.mode
    if isinstance(request, CoursePush):
        return "overwrite" if element.is_category and request.overwrite_categories else "locked"
    return None


def facts_of(pair: Mapping[str, Any]) -> Facts:
    """The facts of a pair, as the plan's tables keep them.

    They keep whether values differ and whether a task is residual only in the verdict: equal pairs are `same`, and
    what is set to No Calculation for its task's sake says so. The rest stands there by itself.

    Args:
        pair: row_id, upper_row_id, link, verdict, reason, use.
    """
    pairing: Pairing = "paired"
    if pair["reason"] in _UNPUSHABLE:
        pairing = "unpushable"
    elif pair["reason"] == Reason.NOT_SPREAD:
        pairing = "not_spread"
    elif pair["upper_row_id"] is None:
        pairing = "extra"
    elif pair["row_id"] is None:
        pairing = "missing"
    return Facts(
        pairing,
        None if pair["link"] is None else Link(pair["link"]),
        differs=pair["verdict"] != Verdict.SAME,
        used=pair["use"] == "used",
        on_residual_task=pair["reason"] == Reason.RESIDUAL_TASK,
    )


def deciding_rule(hop: int, mode: Mode, facts: Facts, *, category: bool) -> Rule | None:
    """The first rule that holds, as the rule table is read."""
    return next((rule for _, rule in rules_for(hop, mode, category=category) if _holds(rule, facts)), None)


def rule_of(
    pair: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]], hop: int, mode: Mode, *, category: bool
) -> Rule | None:
    """The rule behind one verdict among the verdicts `pairs` of its owner.

    Where a present category makes way for one that is added beside it, the two verdicts come of one rule.
    """
    if pair["row_id"] is None:
        for other in pairs:
            if other["row_id"] is None or other["upper_row_id"] != pair["upper_row_id"]:
                continue
            rule = deciding_rule(hop, mode, facts_of(other), category=category)
            if rule is not None and rule.inserts_beside:
                return rule
    return deciding_rule(hop, mode, facts_of(pair), category=category)


def _holds(rule: Rule, facts: Facts) -> bool:
    return (
        rule.pairing == facts.pairing
        and rule.link in (None, facts.link)
        and rule.differs in (None, facts.differs)
        and rule.used in (None, facts.used)
        and rule.residual_task in (None, facts.on_residual_task)
    )
