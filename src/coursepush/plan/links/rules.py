"""The rule table of a plan of links: from a pair of rows (RULES.md 2 and 3) to a verdict (RULES.md 11)."""

from __future__ import annotations

from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.rules import Numbered, Rule

_V, _R, _L = Verdict, Reason, Link

LINK_RULES: tuple[Rule, ...] = (
    Rule("11", "linked", None, None, "paired", _V.SAME, link=_L.LINKED),
    # A break is a fact that somebody made; a push in overwrite mode mends it.
    Rule("11", "broken, paired", 1, None, "paired", _V.KEEP, _R.DESYNCED, link=_L.BROKEN),
    Rule("11", "broken, extra", 1, None, "extra", _V.KEEP, _R.DESYNCED, link=_L.BROKEN),
    Rule("11", "local or orphan, paired by key", None, None, "paired", _V.RELINK, _R.KEY_MATCH),
    Rule("11", "extra, local", 1, None, "extra", _V.KEEP, _R.COURSE_MANAGED, link=_L.LOCAL),
    Rule("11", "extra, local", 2, None, "extra", _V.KEEP, _R.TEACHER_MANAGED, link=_L.LOCAL),
    # Whether it is residual depends on use, which is for a push to find out.
    Rule("11", "extra, orphan", None, None, "extra", _V.KEEP),
)
"""From a pair of rows (RULES.md 2 and 3) to a verdict; the first that matches decides. A row above that
nothing pairs with has no verdict: linking adds nothing."""


def link_rules_for(hop: int) -> Numbered:
    """The rules that can apply on one hop, in order, each with its number in the table."""
    return [(number, rule) for number, rule in enumerate(LINK_RULES) if rule.hop in (None, hop)]
