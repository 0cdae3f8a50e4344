"""Which rule of the rule table decided a verdict: the table of plan/rules.py read in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.rules import Mode, Pairing, Rule, rules_for

WHOLE_SECTIONS: dict[str, str] = {
    Reason.MASTER_INACTIVE: "1.2",
    Reason.IGNORE_MASTER_PUSH: "4",
    Reason.NOT_SELECTED: "4",
    Reason.NOT_LOCKED: "4",
    Reason.CROSS_SITE: "5",
}
"""The section of RULES.md that skips a whole course, or a data type on it, by reason."""

UNJUDGED_SECTIONS: dict[str, str] = {
    "no_master": "1.2",
    "other_catalog": "1.2",
    "course_skipped": "4",
    "not_carried": "5",
    "weights_alone": "4.4",
    "field_not_locked": "4.1",
    "not_meeting": "5.1",
    "nothing_above": "3.1",
    "nowhere_above": "3.1",
}
"""The section by which a plan has no verdict, by the code of words.UNJUDGED; others are the plan's doing."""

FIELD_SECTIONS = {1: "4.1", 2: "5.2"}
"""The section that judges a field, by hop."""

_UNPUSHABLE = (Reason.MISSING_DEPENDENCY, Reason.NO_SUCH_TERM)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule table is told of a pair of rows; see :class:`coursepush.plan.rules.Rule`."""

    pairing: Pairing
    link: Link | None
    differs: bool
    used: bool
    on_residual_task: bool


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


def section_of(rule: Rule, verdict: str, *, weights_alone: bool) -> str:
    """Where RULES.md tells of a verdict that `rule` decided; several sections are set apart by a comma.

    Args:
        weights_alone: of composite grades the catalog locks the weights alone.
    """
    section = "4.4" if weights_alone and rule.section == "4.2" else rule.section
    return f"{section}, 3.3" if verdict == Verdict.RENAME else section


def _holds(rule: Rule, facts: Facts) -> bool:
    return (
        rule.pairing == facts.pairing
        and rule.link in (None, facts.link)
        and rule.differs in (None, facts.differs)
        and rule.used in (None, facts.used)
        and rule.residual_task in (None, facts.on_residual_task)
    )
