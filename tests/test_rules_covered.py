"""Every rule of the rule table, and every reason a push can give, is shown by a test that names it."""

from __future__ import annotations

from pathlib import Path

import test_rules_attributes
import test_rules_categories
import test_rules_courses
import test_rules_left_over
import test_rules_pairing
import test_rules_pushable
import test_rules_sections
import test_rules_use
from both_readings import REASONS_SHOWN, RULES_SHOWN

from coursepush.model.verdicts import Reason
from coursepush.plan.rules import RULES

MODULES = (
    test_rules_attributes,
    test_rules_categories,
    test_rules_courses,
    test_rules_left_over,
    test_rules_pairing,
    test_rules_pushable,
    test_rules_sections,
    test_rules_use,
)
OF_OTHER_PLANS = {Reason.KEY_MATCH, Reason.UNDO, Reason.CHANGED_SINCE, Reason.USED_SINCE, Reason.KEY_TAKEN}


def test_every_rule_is_shown_at_work() -> None:
    """A test marked with `decides` fails where its rule did not decide, so the marks are enough to look at."""
    not_shown = [(rule.hop, rule.mode, rule.text) for n, rule in enumerate(RULES) if n not in RULES_SHOWN]
    assert not_shown == []


def test_every_reason_of_a_push_is_shown() -> None:
    assert set(REASONS_SHOWN) == set(Reason) - OF_OTHER_PLANS


def test_all_files_of_rule_tests_are_looked_at() -> None:
    files = {path.stem for path in Path(__file__).parent.glob("test_rules_*.py")}
    assert files == {module.__name__ for module in MODULES} | {Path(__file__).stem}
