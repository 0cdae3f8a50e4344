"""What a push says of a small district, read twice: by the engine and by the oracle, which must agree.

Also keeps count of which rules of the rule table decided and which reasons were given, so that a test can
say what it shows (`decides`, `gives`) and `test_rules_covered.py` can see that nothing is left out.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import oracle
from engine import plan_of
from small_district import CALENDAR, CATALOG, YEAR, Row, SmallDistrict

from coursepush.model.verdicts import Link
from coursepush.plan.plan import Plan
from coursepush.plan.rules import RULES, Rule
from coursepush.plan.text import ROW_COLUMNS


@dataclass(frozen=True)
class Said:
    """One verdict row; `key`, `before` and `after` read from their JSON text."""

    hop: int
    element: str
    verdict: str
    reason: str | None
    link: str | None
    course_id: int
    section_id: int | None
    row_id: int | None
    parent_row_id: int | None
    key: Any
    field: str | None
    before: Any
    after: Any

    @property
    def words(self) -> tuple[str, str | None, str | None]:
        return self.verdict, self.reason, self.link


def verdicts_of(
    d: SmallDistrict,
    *,
    element: str | None = None,
    hop: int | None = None,
    push: str = "master",
    unknown: frozenset[str] = frozenset(),
    **request: Any,
) -> list[Said]:
    """What a push says by engine and oracle, `same` included.

    `push` is "master" (Push All Course Masters) or "course" (Push All Courses). Both readings of the rules
    must agree on every row and every count, whatever is asked for here.
    """
    if push == "master":
        request = {"catalog_id": CATALOG, "year": YEAR, **request}
        expected = oracle.plan_master_push(d.tables(), **request, unknown=unknown)
    else:
        request = {"calendar_id": CALENDAR, **request}
        expected = oracle.plan_course_push(d.tables(), **request, unknown=unknown)
    plan = plan_of(d.store(unknown), push, request)
    _note_rules(plan)
    assert_agree(plan, expected)
    said = [_said(row) for row in expected]
    seen.reasons.update(row.reason for row in said if row.reason)
    return [row for row in said if element in (None, row.element) and hop in (None, row.hop)]


def assert_agree(plan: Plan, expected: list[Row]) -> None:
    """The engine's plan and the oracle's verdicts say the same of every row, `same` in the counts alone."""
    stated = [{name: row[name] for name in ROW_COLUMNS} for row in expected if row["verdict"] != "same"]
    found = plan.rows().to_dicts()
    only_engine, only_oracle = _less(found, stated), _less(stated, found)
    assert (only_engine, only_oracle) == ([], []), "engine and oracle disagree"
    names = ("hop", "element", "verdict", "reason", "link")
    counted = Counter(tuple(row[name] for name in names) for row in expected)
    assert {row[:-1]: row[-1] for row in plan.counts().rows()} == counted


def _less(rows: list[Row], others: list[Row]) -> list[Row]:
    left = Counter(json.dumps(row) for row in rows)
    left.subtract(json.dumps(row) for row in others)
    return [json.loads(text) for text in left.elements()]


def _said(row: Row) -> Said:
    values = {name: row[name] for name in ROW_COLUMNS}
    for name in ("key", "before", "after"):
        values[name] = None if row[name] is None else json.loads(row[name])
    return Said(**values)


def by_element(rows: list[Said]) -> dict[str, tuple[str, str | None, str | None]]:
    """(verdict, reason, link) of the one row that each element has."""
    words = {row.element: row.words for row in rows}
    assert len(words) == len(rows), rows
    return words


def by_name(rows: list[Said]) -> dict[str, tuple[str, str | None, str | None]]:
    """(verdict, reason, link) of each category, by the name it will have."""
    words = {row.key["name"]: row.words for row in rows}
    assert len(words) == len(rows), rows
    return words


# -- which rules were at work ----------------------------------------------------------------------------


class Seen:
    """The numbers of the rules that decided, and the reasons given, since the running test began."""

    def __init__(self) -> None:
        self.rules: set[int] = set()
        self.reasons: set[str] = set()


seen = Seen()
RULES_SHOWN: dict[int, list[str]] = {}
REASONS_SHOWN: dict[str, list[str]] = {}


def _note_rules(plan: Plan) -> None:
    """Which rules decided, as the plan's own verdicts say."""
    decided = " union ".join(f"select rule_no from {one.rows}" for one in plan.tables.judged())
    with plan.store.reading() as session:
        seen.rules.update(row[0] for row in session.rows("rules", decided))
        for hop in (1, 2):
            # What is linked and equal is left out before the rules are asked, since all of them call it `same`.
            if session.value("same", f"select count(*) from {plan.tables.same(hop)}"):
                seen.rules.update(number for number, rule in enumerate(RULES) if _is_linked_and_equal(rule, hop))


def _is_linked_and_equal(rule: Rule, hop: int) -> bool:
    return (rule.hop, rule.pairing, rule.link, rule.differs) == (hop, "paired", Link.LINKED, False)


Test = Callable[..., None]


def decides(*texts: str, hop: int, mode: str | None = None) -> Callable[[Test], Test]:
    """Marks a test as showing these rules of the rule table at work; it fails where they did not decide."""
    numbers = {text: _rules_called(text, hop, mode) for text in texts}

    def mark(test: Test) -> Test:
        for found in numbers.values():
            for number in found:
                RULES_SHOWN.setdefault(number, []).append(test.__name__)

        def check(now: Seen) -> None:
            missed = [text for text, found in numbers.items() if not set(found) <= now.rules]
            assert not missed, f"these rules did not decide: {missed}"

        return _checked(test, check)

    return mark


def _rules_called(text: str, hop: int, mode: str | None) -> list[int]:
    def fits(rule: Rule) -> bool:
        return rule.text == text and rule.hop in (None, hop) and rule.mode in (None, mode)

    found = [number for number, rule in enumerate(RULES) if fits(rule)]
    assert found, f"no rule of hop {hop} is called {text!r} in mode {mode}"
    return found


def gives(*reasons: str) -> Callable[[Test], Test]:
    """Marks a test as showing these reasons; it fails where no verdict gave them."""

    def mark(test: Test) -> Test:
        for reason in reasons:
            REASONS_SHOWN.setdefault(reason, []).append(test.__name__)

        def check(now: Seen) -> None:
            assert set(reasons) <= now.reasons, f"reasons given: {sorted(now.reasons)}"

        return _checked(test, check)

    return mark


def _checked(test: Test, check: Callable[[Seen], None]) -> Test:
    @functools.wraps(test)
    def checked(*args: Any, **kwargs: Any) -> None:
        seen.rules.clear()
        seen.reasons.clear()
        test(*args, **kwargs)
        check(seen)

    return checked
