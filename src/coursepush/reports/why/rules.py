"""Where RULES.md tells of what decided a verdict, or that there is none."""

from __future__ import annotations

from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.rules import RULES, Rule

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

_LINKED_EQUAL = {
    rule.hop: rule for rule in RULES if (rule.pairing, rule.link, rule.differs) == ("paired", Link.LINKED, False)
}


def rule_of(rule_no: int | None, hop: int) -> Rule:
    """The rule behind one verdict of a push, which the plan keeps of all but what is linked and equal."""
    return _LINKED_EQUAL[hop] if rule_no is None else RULES[rule_no]


def section_of(rule: Rule, verdict: str, *, weights_alone: bool) -> str:
    """Where RULES.md tells of a verdict that `rule` decided; several sections are set apart by a comma.

    Args:
        weights_alone: of composite grades the catalog locks the weights alone.
    """
    section = "4.4" if weights_alone and rule.section == "4.2" else rule.section
    return f"{section}, 3.3" if verdict == Verdict.RENAME else section
